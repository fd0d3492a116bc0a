import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { announce } from "../../shell/announce.tsx";
import { useDeskChanges } from "./desk-changes.ts";

/** Adds a note for colleagues to the timeline. */
export function NoteForm({ id }: { id: string }) {
  const { isAllowed, note, noteProblem } = useDeskChanges();
  const [text, setText] = useState("");
  if (!isAllowed) return null;

  function add() {
    if (text.trim() === "" || note.isPending) return;
    note.mutate(
      { subscriptionId: id, text },
      {
        onSuccess: () => {
          setText("");
          announce("Note added");
        },
      },
    );
  }

  return (
    <form
      className="note-form"
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <Textarea
        aria-label="Note for colleagues"
        placeholder="Note for colleagues. Not visible to the customer; cannot be edited later."
        autosize
        minRows={1}
        maxRows={12}
        maxLength={4_000}
        value={text}
        error={noteProblem}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) add();
        }}
      />
      <Button type="submit" variant="default" size="xs" loading={note.isPending}>
        Add note
      </Button>
    </form>
  );
}
