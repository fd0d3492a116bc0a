/** One line of the table of measurements. */
export type Row = {
  name: string;
  value: number;
  unit: string;
  /** In words, with the unit; null where it is measured for the record only. */
  target: string | null;
  /** The raw limit in the same unit, measured in the same run. */
  raw?: number;
};
