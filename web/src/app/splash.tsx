import { LoopMark } from "@/shared/components/loop-mark";
import styles from "./splash.module.css";

/** Shown for the moment before it is known who is signed in. */
export function Splash() {
  return (
    <div className={styles.splash} aria-busy="true">
      <LoopMark size={44} />
    </div>
  );
}
