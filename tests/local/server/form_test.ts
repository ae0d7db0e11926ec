import { assertEquals, assertRejects } from "@std/assert";
import * as fc from "fast-check";
import { readForm } from "../../../src/local/server/form.ts";

async function read(form: FormData): Promise<FormData> {
  const request = new Request("http://127.0.0.1", { method: "POST", body: form });
  const contentType = request.headers.get("Content-Type") ?? "";
  return await readForm(await request.bytes(), contentType);
}

Deno.test("form: names with semicolons come back, and what is in the files stays", async () => {
  for (const name of ["; ", "a;b.txt", ";", "a; filename=b"]) {
    const form = new FormData();
    form.append("text", 'filename="x;y"');
    form.append("file", new File(['filename="p;q"\r\n\r\n;'], name));
    form.append("file", new File(["second"], "plain.txt"));
    const back = await read(form);
    assertEquals(back.get("text"), 'filename="x;y"');
    const files = back.getAll("file").filter((value) => value instanceof File);
    assertEquals(files.map((file) => file.name), [name, "plain.txt"]);
    assertEquals(await files[0]?.text(), 'filename="p;q"\r\n\r\n;');
  }
});

Deno.test("form: property: bytes of a file stay as they are", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const form = new FormData();
      form.append("file", new File([Uint8Array.from(bytes)], "a;b"));
      const file = (await read(form)).get("file");
      assertEquals(file instanceof File && await file.bytes(), Uint8Array.from(bytes));
    }),
    { numRuns: 50 },
  );
});

Deno.test("form: what is none is refused", async () => {
  await assertRejects(() => readForm(new Uint8Array(9), "multipart/form-data; boundary=x"));
  await assertRejects(() => readForm(new Uint8Array(9), "text/plain"));
});
