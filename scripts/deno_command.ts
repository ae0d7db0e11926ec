/**
 * The Deno that tests and scripts start, when they start one: this one, or the command that
 * MOLECULE_TEST_DENO names. Under an emulator this one's own file is nothing that the system can
 * run: there the command starts the emulator with it (scripts/foreign.ts).
 */
export function denoCommand(): string {
  return Deno.env.get("MOLECULE_TEST_DENO") || Deno.execPath();
}
