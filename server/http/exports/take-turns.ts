/** Work that is done one at a time, in the order in which it was asked for. */
export function createTurns() {
  let previous: Promise<unknown> = Promise.resolve();
  return function takeTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = previous.then(work);
    previous = turn.catch(() => {});
    return turn;
  };
}
