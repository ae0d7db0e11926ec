/** Whether a text can be an organisation's id: whether the header can carry it. */
export function isOrgId(text: string): boolean {
  return /^[\x21-\x7e]{1,128}$/.test(text);
}

/** The configured organisation's id; one that no header can carry is left out, and noticed. */
export function parseOrgId(
  value: (name: string) => string | undefined,
  notices: string[] = [],
): string | undefined {
  const name = ["MOLECULE_ORG_ID", "MOLECULE_ORGANIZATION_ID"]
    .find((candidate) => value(candidate) !== undefined);
  const text = name === undefined ? undefined : value(name);
  if (text === undefined || isOrgId(text)) return text;
  notices.push(
    `Ignoring ${name}: expected 1-128 visible ASCII characters without spaces; ` +
      "the X-Molecule-Org-Id header is not sent",
  );
  return undefined;
}
