import { expect, it } from "vitest";
import type { ApplicationStatus } from "@/bindings";
import { applicationOf, formOf } from "@/testing/applicant";
import { ownApplication } from "@/testing/own-application";
import { changeOf, formOf as begun, stageOf } from "./change";

const at = (status: ApplicationStatus, email_confirmed = true) => applicationOf({ kind: "transfer", status, email_confirmed });

it("follows the application to its decision, wherever one is", () => {
  expect(stageOf(undefined, false, undefined, null)).toBe("details");
  expect(stageOf(at("draft"), false, at("draft"), null)).toBe("evidence");
  expect(stageOf(at("draft", false), false, at("draft", false), null)).toBe("email");
  expect(stageOf(at("draft"), true, at("draft"), null), "changed and not sent").toBe("details");
  expect(stageOf(at("submitted"), false, at("submitted"), null)).toBe("review");
  expect(stageOf(at("rejected", false), false, at("rejected"), "evidence")).toBe("email");
  expect(stageOf(undefined, false, at("active"), "details")).toBe("approved");
  expect(stageOf(undefined, true, at("active"), "details"), "what was typed meanwhile is not lost").toBe("details");
});

it("begins with the entry as it is, the hospital to be chosen, and goes on with what was typed", () => {
  const { own } = ownApplication();
  const transfer = begun("transfer", { own, draft: null }, undefined);
  expect(transfer).toMatchObject({ title: "attending", work_email: "lin.jianing@jzfy.example", work_phone: "", workplace: { kind: "listed", organization_id: "", name: "" } });
  const title = begun("title", { own, draft: changeOf("title", { ...formOf({}), title: "chief", licence_number: " " }) }, undefined);
  expect(changeOf("title", title)).toEqual({ change: { kind: "title", title: "chief", department: "cardiology" }, licence_number: null });
  const sent = applicationOf({ kind: "transfer", form: formOf({ work_phone: "0599-555-0177", licence_number: "•••••••••••3517" }) });
  expect(begun("transfer", { own, draft: null }, sent)).toMatchObject({ work_phone: "0599-555-0177", licence_number: "" });
});
