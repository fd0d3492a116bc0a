/** The outcome of `npm run verify-record` in sentences. Pure. */
import { type RecordProblemKind, recordProblemLabels } from "./alarm.ts";

type Proof = {
  entries: number;
  streams: number;
  erasures: number;
  problems: { kind: RecordProblemKind; about: string }[];
  problemCount: number;
  anchors: { anchor: { through: string }; isEqual: boolean }[];
};

const number = new Intl.NumberFormat("en-US");

export function describeProof(proof: Proof): string[] {
  const { entries, streams, erasures, problems, problemCount, anchors } = proof;
  const unequal = anchors.filter(({ isEqual }) => !isEqual);
  return [
    `${number.format(entries)} entries in ${number.format(streams)} chains were checked; ${number.format(erasures)} erasures of a person are on record.`,
    ...problems.map(({ kind, about }) => `CHANGED: ${about} ${recordProblemLabels[kind]}.`),
    ...(problemCount > problems.length ? [`CHANGED: and ${number.format(problemCount - problems.length)} more.`] : []),
    ...unequal.map(
      ({ anchor }) =>
        `CHANGED: the record up to ${anchor.through} differs from its anchor. It was rewritten, or an older copy was restored.`,
    ),
    ...(anchors.length === 0
      ? [
          "There is no anchor to compare with: a record that was rewritten as a whole cannot be told. Use --anchors FILE.",
        ]
      : [`${number.format(anchors.length - unequal.length)} of ${number.format(anchors.length)} anchors agree.`]),
    problemCount === 0 && unequal.length === 0
      ? "The record is whole."
      : "The record was changed outside of Marketdesk. Compare it with a backup, and check who can write to the database.",
  ];
}
