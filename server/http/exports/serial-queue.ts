/** Runs pieces of work one at a time, in the order of the calls. */
export function createSerialQueue() {
  let previous: Promise<unknown> = Promise.resolve();
  return function runInOrder<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = previous.then(work);
    previous = turn.catch(() => {});
    return turn;
  };
}
