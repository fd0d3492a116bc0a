import { Alert, Button, Group } from "@mantine/core";

type Props = {
  /** Why it was not done. */
  problem: { title: string; message: string } | null;
  /** What its button says. */
  confirm: string;
  /** What the way out says. */
  keep?: string;
  isSending: boolean;
  isDangerous?: boolean;
  close(): void;
};

/** The foot of a form in a dialog: what went wrong, the way out, and the button that sends. */
export function FormFoot({ problem, confirm, keep = "Keep as it is", isSending, isDangerous = false, close }: Props) {
  return (
    <>
      {problem && (
        <Alert color="red" variant="light" role="alert" title={problem.title}>
          {problem.message}
        </Alert>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={close}>
          {keep}
        </Button>
        <Button type="submit" loading={isSending} className={isDangerous ? "danger-filled" : undefined}>
          {confirm}
        </Button>
      </Group>
    </>
  );
}
