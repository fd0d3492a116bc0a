/** Marks a purchase that is no customer's and counts in no figure. */
export function TestTag({ marks }: { marks: readonly string[] }) {
  if (marks.length === 0) return null;
  return (
    <span className="tag tag-warn" title="Not a customer: left out of all figures">
      {marks.join(", ")}
    </span>
  );
}
