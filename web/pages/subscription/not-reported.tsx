/** In place of a fact that Microsoft has not reported. */

export const notReported = <span className="dim">not reported</span>;
