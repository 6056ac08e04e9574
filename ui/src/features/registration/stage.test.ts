import { describe, expect, it } from "vitest";
import type { ApplicationStatus, Registration } from "@/bindings";
import { applicationOf, formOf } from "@/testing/applicant";
import { stageOf } from "./stage";

const registration = (change: Partial<Registration>): Registration => ({
  server: "consilium.jz.example", draft: null, application: null, checked_at: null, problem: null, making_account: false, ...change,
});
const at = (status: ApplicationStatus, email_confirmed = true) => registration({ application: applicationOf({ status, email_confirmed }) });

describe("where an applicant stands", () => {
  it("follows the application", () => {
    expect(stageOf(registration({}), null)).toBe("details");
    expect(stageOf(at("draft", false), null)).toBe("email");
    expect(stageOf(at("draft"), null)).toBe("evidence");
    expect(stageOf(at("submitted"), null)).toBe("review");
    expect(stageOf(at("more_requested"), null)).toBe("review");
    expect(stageOf(at("rejected"), null)).toBe("review");
    expect(stageOf(at("approved"), null)).toBe("password");
    expect(stageOf(at("active"), null)).toBe("active");
    expect(stageOf(at("withdrawn"), null)).toBe("withdrawn");
  });

  it("comes back to a form that was changed and not sent", () => {
    const changed = registration({ draft: formOf({ work_phone: "0591-555-0199" }), application: applicationOf({ status: "draft" }) });
    expect(stageOf(changed, null)).toBe("details");
    expect(stageOf(registration({ draft: formOf({}), application: applicationOf({ status: "draft" }) }), null)).toBe("evidence");
  });

  it("asks for the code of a changed e-mail before the evidence", () => {
    expect(stageOf(at("submitted", false), "evidence")).toBe("email");
    expect(stageOf(at("submitted", true), "evidence")).toBe("evidence");
  });

  it("lets a decision and the making of the account win over what is being edited", () => {
    expect(stageOf(at("approved"), "details")).toBe("password");
    expect(stageOf({ ...at("approved"), making_account: true }, null)).toBe("making");
  });
});
