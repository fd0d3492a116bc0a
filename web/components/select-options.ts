/** Options of a select. */
type Option = { value: string; label: string };

/** A value from the URL stays selectable even if it is not among the choices. */
export function withCurrent(options: Option[], current: string | undefined): Option[] {
  if (current === undefined || options.some(({ value }) => value === current)) return options;
  return [...options, { value: current, label: current }];
}
