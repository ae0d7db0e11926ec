/** Places below the home directory that are hidden and have no dot, in lower case. */
interface HiddenPlaces {
  readonly directories: readonly string[];
  /** Inside of those, where a person's own documents are. */
  readonly documents: readonly string[];
  /** Names at the top of the home. */
  readonly files: RegExp;
}

const NONE: HiddenPlaces = { directories: [], documents: [], files: /^\./ };
const PLACES: Readonly<Record<string, HiddenPlaces>> = {
  // Browsers keep passwords and cookies there; `_netrc` holds passwords, `NTUSER.DAT` the registry.
  windows: { ...NONE, directories: ["appdata"], files: /^(?:\.|_netrc$|ntuser\.)/i },
  darwin: {
    ...NONE,
    directories: ["library"],
    documents: ["library/mobile documents", "library/cloudstorage"], // iCloud Drive, Dropbox …
  },
};

/** What the explanation of a refusal calls them. */
export function hiddenPlaces(os: string = Deno.build.os): string {
  const named = { windows: "AppData, ", darwin: "Library, " }[os] ?? "";
  return `${named}dot-directories and top-level dotfiles`;
}

/**
 * Whether a path below the home directory is where programs keep keys and logins: in a
 * dot-directory or the system's own place for them, or a hidden file at the top.
 *
 * @param parts the path below the home directory, by name
 */
export function isHiddenInHome(parts: readonly string[], os: string = Deno.build.os): boolean {
  const { files } = PLACES[os] ?? NONE;
  const [first = "", ...others] = parts;
  return files.test(first) || others.slice(0, -1).some((part) => part.startsWith(".")) ||
    isProgramData(parts, os);
}

/** Whether it is in the system's own place for what programs keep. */
export function isProgramData(parts: readonly string[], os: string = Deno.build.os): boolean {
  const { directories, documents } = PLACES[os] ?? NONE;
  const path = `${parts.join("/").toLowerCase()}/`;
  const isIn = (places: readonly string[]) => places.some((place) => path.startsWith(`${place}/`));
  return isIn(directories) && !isIn(documents);
}
