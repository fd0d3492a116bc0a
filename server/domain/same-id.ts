/** Whether two ids of a plan or an offer are the same. Microsoft's answers can differ in case. */
export function isSameId(one: string | null, other: string | null): boolean {
  return one === other || (one !== null && other !== null && one.toLowerCase() === other.toLowerCase());
}
