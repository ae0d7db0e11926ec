import { effect, type Signal, signal } from "@preact/signals";

/** What somebody is about to send. The text outlives a reload, in the tab's own storage. */
export class Draft {
  readonly text: Signal<string>;
  readonly files = signal<readonly File[]>([]);

  constructor(workspaceId: string) {
    const key = `molecule.draft.${workspaceId}`;
    this.text = signal(stored(key));
    effect(() => store(key, this.text.value));
  }

  addFiles(files: Iterable<File>): void {
    this.files.value = [...this.files.value, ...files];
  }

  removeFile(file: File): void {
    this.files.value = this.files.value.filter((other) => other !== file);
  }
}

function stored(key: string): string {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return ""; // Storage can be switched off.
  }
}

function store(key: string, text: string): void {
  try {
    if (text === "") sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    // Then a reload loses it.
  }
}
