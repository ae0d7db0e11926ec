import { assertEquals } from "@std/assert";
import { screenOf } from "./terminal_screen.ts";

Deno.test("a screen shows what is left after lines were drawn anew", () => {
  assertEquals(
    screenOf("a: x\r\x1b[Ka: xy\r\x1b[Ka: \r\nb \x1b[31mred\x1b[0m\x1b[?2004h\r\n", 80),
    "a:\nb red\n",
  );
  assertEquals(screenOf("one\rt", 80), "tne\n");
});

Deno.test("a line that the terminal breaks is one, of which only the last row can be cleared", () => {
  assertEquals(screenOf("12345678\r\nx", 4), "12345678\nx\n");
  assertEquals(screenOf("1234567\r\x1b[Kx", 4), "1234x\n");
});
