import * as tagStyles from "./tag.module.css";
/** Marks a test purchase, which is excluded from all figures. */
export function TestTag({ marks }: { marks: readonly string[] }) {
  if (marks.length === 0) return null;
  return (
    <span className={`${tagStyles.tag} ${tagStyles.warn}`} title="Test purchase, excluded from all figures">
      {marks.join(", ")}
    </span>
  );
}
