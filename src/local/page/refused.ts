/** Something that a page asked for and does not get; the message is for people. */
export class Refused extends Error {
  override name = "Refused";

  /** @param status Of the answer: 4xx or 5xx */
  constructor(readonly status: number, message: string) {
    super(message);
  }
}
