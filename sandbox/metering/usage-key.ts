/** The key of usage that Microsoft accepts once. */
export function keyOf(resourceId: string, dimension: string, hour: number): string {
  return `${resourceId} ${dimension} ${hour}`;
}
