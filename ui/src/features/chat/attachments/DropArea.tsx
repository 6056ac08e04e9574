import { Upload } from "lucide-react";
import { useEffect, useState } from "react";
import { Icon } from "@/components/Icon/Icon";
import styles from "./DropArea.module.css";

const holdsFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes("Files") ?? false;

/** Over a conversation or a thread while files are dragged in the window; says what becomes of them there. */
export function DropArea({ label, onFiles }: { label: string; onFiles: (files: readonly File[]) => void }) {
  const [dragged, setDragged] = useState(false);
  useEffect(() => {
    // Each element tells that it is entered before the one before tells that it is left.
    let inside = 0;
    const count = (change: 1 | -1) => (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      inside = Math.max(0, inside + change);
      setDragged(inside > 0);
    };
    const [enter, leave] = [count(1), count(-1)];
    const end = () => {
      inside = 0;
      setDragged(false);
    };
    window.addEventListener("dragenter", enter);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", end);
    window.addEventListener("dragend", end);
    return () => {
      window.removeEventListener("dragenter", enter);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", end);
      window.removeEventListener("dragend", end);
    };
  }, []);
  if (!dragged) return null;
  return (
    <div
      className={styles.area}
      onDragOver={(event) => {
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
      }}
      onDrop={(event) => {
        event.preventDefault();
        onFiles([...event.dataTransfer.files]);
      }}
    >
      <span><Icon icon={Upload} size={24} />{label}</span>
    </div>
  );
}
