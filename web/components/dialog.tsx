import { Modal } from "@mantine/core";
import { useState } from "react";
import type { ReactNode } from "react";

type Props = {
  title: string;
  size?: string;
  /** After it has closed. */
  onClose(): void;
  children(close: () => void): ReactNode;
};

/** A dialog that is open as long as it is rendered. */
export function Dialog({ title, size, onClose, children }: Props) {
  const [isOpen, setOpen] = useState(true);
  const close = () => setOpen(false);
  return (
    <Modal.Root opened={isOpen} onClose={close} onExitTransitionEnd={onClose} size={size}>
      <Modal.Overlay />
      <Modal.Content>
        {/* Not Mantine's header: its element would be a second banner of the page to a screen reader. */}
        <div className="dialog-head">
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label="Close" />
        </div>
        <Modal.Body>{children(close)}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
