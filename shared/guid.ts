const pattern = /^\{?([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\}?$/i;

/** The one spelling of a GUID, in lowercase without braces, so that equal ones are equal text. Any other text is unchanged. */
export function plainGuid(id: string): string {
  return pattern.exec(id)?.[1]?.toLowerCase() ?? id;
}
