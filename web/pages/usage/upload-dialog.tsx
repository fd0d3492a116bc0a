import { FileInput, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { maxUsageFileLength, uploadUsageFileInput, usageFileTooLarge } from "../../../shared/inputs/usage.ts";
import type { ReportedLine } from "../../../shared/views/usage.ts";
import { useActionForm } from "../../components/action-form.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { FormFooter } from "../../components/form-footer.tsx";
import { Problem } from "../../components/problem.tsx";
import { countOf, formatNumber } from "../../text/format.ts";
import { trpc } from "../../trpc.ts";
import * as formStyles from "../../components/form.module.css";
import * as styles from "./usage.module.css";

const maxShownLines = 50;

export function UploadDialog({ onClose }: { onClose(): void }) {
  return (
    <Dialog title="Upload usage" onClose={onClose}>
      {(close) => <UploadForm close={close} />}
    </Dialog>
  );
}

/** A file is checked as soon as it is chosen; nothing is stored before the upload. */
function UploadForm({ close }: { close(): void }) {
  const check = useMutation(trpc.usage.checkFile.mutationOptions());
  const upload = useMutation(trpc.usage.uploadFile.mutationOptions());
  const [file, setFile] = useState<File | null>(null);
  const [text, setText] = useState("");
  const [fileError, setFileError] = useState<string | null>(null);
  const { form, submit, isSending, problem } = useActionForm({
    subject: "upload usage",
    schema: uploadUsageFileInput.pick({ reason: true }),
    initialValues: { reason: "" },
    send: ({ reason }) => upload.mutateAsync({ text, reason }),
    successMessage: ({ lines }) => `${countOf(stored(lines).length, "event")} stored`,
    close,
  });

  async function choose(chosen: File | null) {
    setFile(chosen);
    setText("");
    check.reset();
    setFileError(null);
    if (chosen === null) return;
    const read = await chosen.text();
    if (read.length > maxUsageFileLength) {
      setFileError(usageFileTooLarge);
      return;
    }
    setText(read);
    check.mutate({ text: read });
  }

  const lines = check.data?.lines ?? [];
  return (
    <form onSubmit={submit} noValidate className={formStyles.form}>
      <p>
        A CSV file with the columns <code>id</code>, <code>subscriptionId</code> (or <code>tenant</code> and{" "}
        <code>offer</code>), <code>dimension</code>, <code>quantity</code> and <code>time</code>, such as
        2026-11-25T14:03:00Z. Lines with an <code>id</code> that was stored before count once.
      </p>
      <FileInput
        label="File"
        placeholder="Choose a CSV file"
        accept=".csv,text/csv,text/plain"
        value={file}
        onChange={(chosen) => void choose(chosen)}
        error={fileError}
        clearable
        clearButtonProps={{ "aria-label": "Remove the file" }}
      />
      {check.isPending && <p className="dim">Checking the file…</p>}
      {check.error && <Problem error={check.error} onRetry={() => check.mutate({ text })} />}
      {check.data && <Lines lines={lines} />}
      {stored(lines).length > 0 && (
        <Textarea label="Reason" autosize minRows={2} maxLength={500} {...form.getInputProps("reason")} />
      )}
      <FormFooter
        problem={problem}
        submitLabel={stored(lines).length > 0 ? `Upload ${countOf(stored(lines).length, "event")}` : "Upload"}
        isSending={isSending}
        blockedReason={stored(lines).length === 0 ? "Choose a file with events that can be billed." : null}
        close={close}
      />
    </form>
  );
}

const stored = (lines: ReportedLine[]) => lines.filter(({ status }) => status === "stored");

const statusWords: Record<ReportedLine["status"], string> = {
  stored: "can be stored",
  repeated: "stored before, and not counted again",
  lost: "too old: stored as lost, and not billed",
  conflict: "refused: the ID was used for other usage",
  refused: "refused",
};

function Lines({ lines }: { lines: ReportedLine[] }) {
  const statuses = Object.keys(statusWords) as ReportedLine["status"][];
  const counts = statuses
    .map((status) => ({ status, count: lines.filter((line) => line.status === status).length }))
    .filter(({ count }) => count > 0);
  const problems = lines.filter(({ detail }) => detail !== null);
  return (
    <div role="status">
      <ul className={styles.usageCheck}>
        {counts.map(({ status, count }) => (
          <li key={status}>
            <strong>{countOf(count, "line")}</strong> {statusWords[status]}
          </li>
        ))}
      </ul>
      {problems.length > 0 && (
        <ul className={`${styles.usageCheck} dim`}>
          {problems.slice(0, maxShownLines).map(({ line, id, detail }) => (
            <li key={line}>
              Line {formatNumber(line)}
              {id !== null && <> ({id})</>}: {detail}
            </li>
          ))}
          {problems.length > maxShownLines && <li>and {countOf(problems.length - maxShownLines, "other line")}</li>}
        </ul>
      )}
    </div>
  );
}
