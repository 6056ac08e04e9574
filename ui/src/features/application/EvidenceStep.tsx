import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { FileImage, ImagePlus, RotateCcw, Trash2 } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import type { ApplicationView, EvidenceKind, EvidenceView } from "@/bindings";
import { Banner } from "@/components/Banner/Banner";
import { Button, IconButton } from "@/components/Button/Button";
import { Icon } from "@/components/Icon/Icon";
import { errorSentence } from "@/lib/errors";
import { usePastedFiles } from "@/lib/pasted-files";
import { useAction } from "@/lib/query";
import shared from "./Application.module.css";
import type { ApplicationCommands } from "./commands";
import styles from "./EvidenceStep.module.css";
import { Heading } from "./Heading";
import { IMAGE_COUNT_LIMIT, IMAGE_TYPES, KINDS, openKind } from "./images";
import { fileSize } from "@/lib/size";
import { type Problem, type Upload, useEvidence } from "./useEvidence";
import { VerifierSays } from "./VerifierSays";
import { kindWord } from "./words";

interface EvidenceStepProps {
  application: ApplicationView;
  commands: ApplicationCommands;
  onBack: () => void;
  /** Sent, or nothing left to send. */
  onDone: () => void;
}

function useProblemSentence(): (problem: Problem) => string {
  const { t, i18n } = useLingui();
  return (problem) => {
    if (typeof problem !== "string") return errorSentence(i18n, problem);
    return {
      too_large: t({ message: "Larger than 10 MB. Take the picture in a smaller size.", comment: "Below an image that cannot be sent" }),
      unsupported_media: t({ message: "Not a PNG, JPEG or WebP image.", comment: "Below a file that cannot be sent" }),
      damaged: t({ message: "This image cannot be shown: it is damaged, or has too many pixels. Take it again.", comment: "Below an image that cannot be sent" }),
      too_many: t({ message: "Six images at most. Remove another one first.", comment: "Below an image that cannot be sent" }),
    }[problem];
  };
}

/** The second step: pictures that prove what the first states. They help; nobody is made to send any. */
export function EvidenceStep({ application, commands, onBack, onDone }: EvidenceStepProps) {
  const { t, i18n } = useLingui();
  const evidence = useEvidence(application, commands.addEvidence);
  const submitted = application.status === "submitted";
  const submit = useAction(commands.submit, onDone);
  const remove = useAction(commands.removeEvidence);
  const count = application.evidence.length;
  const failed = evidence.pending.filter(({ state }) => state === "failed").length;

  usePastedFiles((files) => evidence.add(openKind([...application.evidence, ...evidence.pending]), files));

  const hints: Record<EvidenceKind, string> = {
    licence: t({ message: "The page with name, photo and number", comment: "What the image of the practising licence should show" }),
    staff_card: t({ message: "The side with name, photo and department", comment: "What the image of the staff card should show" }),
    other: t({ message: "A letter of appointment, for example", comment: "What other evidence may be" }),
  };
  const submitLabel = submitted
    ? t({ message: "Done", context: "button", comment: "Button: leave the evidence of an application that is under review already" })
    : count === 0
      ? t({ message: "Send without images", comment: "Button: hand the application to the verifiers, without evidence" })
      : t({ message: "Send application", comment: "Button: hand the application to the verifiers" });

  return (
    <div className={shared.form}>
      <div className={shared.body}>
        <Heading lead={t({ message: "Pictures of your licence and staff card make the check faster. PNG, JPEG or WebP, up to 10 MB each, six at most.", comment: "Below the title 'Evidence'" })}>
          {t({ message: "Evidence", comment: "Images that prove what an application states; 证明材料" })}
        </Heading>
        <VerifierSays application={application} />
        {(submit.error ?? remove.error) && (
          <div className={shared.banner}><Banner tone="danger">{errorSentence(i18n, (submit.error ?? remove.error) as NonNullable<typeof submit.error>)}</Banner></div>
        )}
        <div className={styles.places}>
          {KINDS.map((kind) => (
            <Place
              key={kind}
              kind={kind}
              hint={hints[kind]}
              evidence={application.evidence.filter((each) => each.kind === kind)}
              uploads={evidence.pending.filter((each) => each.kind === kind)}
              thumbnailOf={evidence.thumbnailOf}
              removing={remove.busy}
              onFiles={(files) => evidence.add(kind, files)}
              onRemove={(id) => remove.run({ evidence_id: id }, { onSuccess: () => evidence.removed(id) })}
              onRetry={evidence.retry}
              onDismiss={evidence.dismiss}
            />
          ))}
        </div>
        <p className={shared.fineBelow}>{t({ message: "Drop images on a place, or paste them: the first empty place takes them. They are stored encrypted, and only verifiers open them.", comment: "Below the places for evidence" })}</p>
      </div>
      <footer className={shared.foot}>
        <p id="evidence-state" className={shared.fine} data-failed={failed > 0 || undefined} role="status">
          {failed > 0
            ? t({ message: plural(failed, { one: "# image was not sent, and the verifier will not see it. Try it again, or remove it.", other: "# images were not sent, and the verifier will not see them. Try them again, or remove them." }), comment: "Beside the button that sends the application" })
            : count === 0 && !evidence.busy
            ? t({ message: "Without images the check may take longer, and the verifier may ask for them.", comment: "Beside 'Send without images'" })
            : t({ message: plural(count, { one: `# of ${IMAGE_COUNT_LIMIT} images`, other: `# of ${IMAGE_COUNT_LIMIT} images` }), comment: "How many images were added, of how many that are possible" })}
        </p>
        <span className={shared.push} />
        <Button variant="quiet" size={36} onClick={onBack}>{t({ message: "Back", comment: "Button: to the step before" })}</Button>
        <Button
          variant="primary"
          size={36}
          busy={submit.busy || evidence.busy}
          onClick={() => (submitted ? onDone() : submit.run(null))}
          aria-describedby={failed > 0 ? "evidence-state" : undefined}
        >
          {submitLabel}
        </Button>
      </footer>
    </div>
  );
}

interface PlaceProps {
  kind: EvidenceKind;
  hint: string;
  evidence: readonly EvidenceView[];
  uploads: readonly Upload[];
  thumbnailOf: (evidenceId: string) => string | undefined;
  removing: boolean;
  onFiles: (files: readonly File[]) => void;
  onRemove: (evidenceId: string) => void;
  onRetry: (id: string) => void;
  onDismiss: (id: string) => void;
}

/** One kind of evidence: its images, and where to drop more. */
function Place({ kind, hint, evidence, uploads, thumbnailOf, removing, onFiles, onRemove, onRetry, onDismiss }: PlaceProps) {
  const { t, i18n } = useLingui();
  const picker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const problemSentence = useProblemSentence();
  const title = kindWord(i18n, kind);
  const empty = evidence.length === 0 && uploads.length === 0;

  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFiles([...event.dataTransfer.files]);
  };
  return (
    <section
      className={styles.place}
      data-over={over || undefined}
      data-empty={empty || undefined}
      aria-label={title}
      onDragOver={(event) => { event.preventDefault(); setOver(true); }}
      onDragLeave={({ currentTarget, relatedTarget }) => { if (!currentTarget.contains(relatedTarget as Node | null)) setOver(false); }}
      onDrop={onDrop}
    >
      <div className={styles.head}>
        <div><h2>{title}</h2><p>{hint}</p></div>
        <input
          ref={picker}
          type="file"
          hidden
          multiple
          accept={IMAGE_TYPES.join(",")}
          data-testid={`file-${kind}`}
          onChange={({ currentTarget }) => {
            onFiles([...(currentTarget.files ?? [])]);
            currentTarget.value = "";
          }}
        />
        <Button size={28} icon={ImagePlus} onClick={() => picker.current?.click()} aria-label={t({ message: `Add images: ${title}`, comment: "Read aloud: the button that adds images of one kind, such as 'Practising licence'" })}>
          {t({ message: "Add images", comment: "Button: choose image files" })}
        </Button>
      </div>
      {!empty && (
        <ul className={styles.list}>
          {evidence.map((each) => (
            <li key={each.id} className={styles.image}>
              <Thumbnail url={thumbnailOf(each.id)} />
              <div className={styles.words}><div className="truncate">{each.file_name}</div><small>{t({ message: `Sent, ${fileSize(each.size, i18n.locale)}`, comment: "State of an evidence image; then its size" })}</small></div>
              <IconButton icon={Trash2} size={28} disabled={removing} label={t({ message: `Remove ${each.file_name}`, comment: "Button: take an image off the application; then its file name" })} onClick={() => onRemove(each.id)} />
            </li>
          ))}
          {uploads.map((each) => (
            <li key={each.id} className={styles.image} data-failed={each.state === "failed" || undefined}>
              <Thumbnail url={each.url} />
              <div className={styles.words}>
                <div className="truncate">{each.fileName}</div>
                <small role={each.problem ? "alert" : "status"}>
                  {each.problem ? problemSentence(each.problem) : t({ message: `Sending, ${fileSize(each.size, i18n.locale)}`, comment: "State of an evidence image; then its size" })}
                </small>
              </div>
              {each.state === "failed" && (
                <>
                  {typeof each.problem !== "string" && (
                    <IconButton icon={RotateCcw} size={28} label={t({ message: `Try ${each.fileName} again`, comment: "Button: send an image again; then its file name" })} onClick={() => onRetry(each.id)} />
                  )}
                  <IconButton icon={Trash2} size={28} label={t({ message: `Remove ${each.fileName}`, comment: "Button: take an image off the application; then its file name" })} onClick={() => onDismiss(each.id)} />
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** The picture as this window read it; what was sent before a restart has none here any more. */
function Thumbnail({ url }: { url: string | undefined }) {
  const [broken, setBroken] = useState(false);
  return (
    <span className={styles.thumbnail}>
      {url && !broken ? <img src={url} alt="" onError={() => setBroken(true)} /> : <Icon icon={FileImage} size={20} />}
    </span>
  );
}
