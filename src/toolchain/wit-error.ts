/** A text that is not WIT; `offset` says where it stops being that, in UTF-16 units. */
export class WitSyntaxError extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}
