import { useEffect, useState } from "react";

const stepSize = 10;

/**
 * How many lines of a long list to draw now: some more after each paint, because all of them together would leave the page without an
 * answer for seconds on a slow machine.
 */
export function useRenderedCount(count: number): number {
  const [drawn, setDrawn] = useState(stepSize);
  const isDone = drawn >= count;
  useEffect(() => {
    if (isDone) return undefined;
    const timer = setTimeout(() => setDrawn(drawn + stepSize), 20);
    return () => clearTimeout(timer);
  }, [drawn, isDone]);
  return Math.min(drawn, count);
}
