/** A dialog cannot be left while what it sent has no answer. */
import { createContext, useContext, useEffect } from "react";
import { lockPage } from "../sending/in-flight.ts";

/** Of the dialog around a form: tells it whether it may be left. */
export const DialogLock = createContext<(isLocked: boolean) => void>(() => {});

/** Locks the dialog around, and the page, for as long as the form waits. */
export function useFormLock(isSending: boolean): void {
  const setLocked = useContext(DialogLock);
  useEffect(() => {
    if (!isSending) return;
    const unlock = lockPage();
    setLocked(true);
    return () => {
      unlock();
      setLocked(false);
    };
  }, [isSending, setLocked]);
}
