/** Keeps a dialog open until its form has an answer. */
import { createContext, useContext, useEffect } from "react";
import { lockPage } from "../sending/in-flight.ts";

/** Tells the dialog around a form whether it can be closed. */
export const DialogLock = createContext<(isLocked: boolean) => void>(() => {});

/** Locks the surrounding dialog and the page while the form waits. */
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
