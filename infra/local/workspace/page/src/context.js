import { createContext, useContext } from "react";

// What every part of the page needs: the snapshot, who acts, the theme, and how to act.
export const Seen = createContext(null);
export const useSeen = () => useContext(Seen);
