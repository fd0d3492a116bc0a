/** An action that is not possible now; the message says why. */
export class Refusal extends Error {
  readonly status: 400 | 404 | 409;

  constructor(status: 400 | 404 | 409, message: string) {
    super(message);
    this.name = "Refusal";
    this.status = status;
  }
}
