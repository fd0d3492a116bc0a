/** Shown next to the text of a note: who it mentions, its former texts, and a button to edit it. */
import { Suspense, useState } from "react";
import type { ActivityView, NoteView } from "../../../shared/views/history.ts";
import { Button } from "../button.tsx";
import { lazyPart } from "../lazy-part.tsx";
import { NoteText } from "../note-text.tsx";
import { Ago } from "../time.tsx";
import { countOf } from "../../text/format.ts";
import * as timelineStyles from "./timeline.module.css";

// Loaded when first opened.
const NoteEditor = lazyPart(() => import("./note-editor.tsx"), "NoteEditor");

/** @param note absent: the entry is not a note */
export function NoteTools({ entry, note }: { entry: ActivityView; note: NoteView | undefined }) {
  return note && <Tools entry={entry} note={note} />;
}

function Tools({ entry, note }: { entry: ActivityView; note: NoteView }) {
  const [isEditing, setEditing] = useState(false);
  const [wasEdited, setWasEdited] = useState(false);
  function close() {
    setEditing(false);
    setWasEdited(true);
  }
  const { isOwn, editedAt, earlier, mentions } = note;
  return (
    <div className={timelineStyles.noteTools}>
      {mentions.length > 0 && (
        <p className="dim">
          For {mentions.map(({ name, isRead }) => `${name} (${isRead ? "read" : "not read yet"})`).join(", ")}
        </p>
      )}
      {editedAt !== null && (
        <details className={timelineStyles.parts}>
          <summary>
            Edited <Ago at={editedAt} />: {countOf(earlier.length, "earlier text")}
          </summary>
          <ul>
            {earlier.map(({ at, text }) => (
              <li key={at}>
                <p className="dim">
                  <Ago at={at} />
                </p>
                <NoteText text={text} />
              </li>
            ))}
          </ul>
        </details>
      )}
      {isOwn && !isEditing && (
        <Button variant="default" size="compact-xs" autoFocus={wasEdited} onClick={() => setEditing(true)}>
          Edit<span className="sr-only"> note</span>
        </Button>
      )}
      <Suspense>{isEditing && <NoteEditor entry={entry} version={note.version} close={close} />}</Suspense>
    </div>
  );
}
