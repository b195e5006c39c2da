import { expect, test } from "vitest";
import { endMessage, explainRefusal, meaningOf, refusal } from "../../../collector/network/messenger/errors.ts";

/** Every number of protocol reference 2.18. */
const CODES =
  "200 201 203 204 205 206 207 208 209 210 213 215 216 217 218 219 220 223 224 225 227 228 229 230 231 232 233 234 240 241 280 281 282 283 285 300 302 402 403 413 420 416 500 501 502 504 508 509 510 511 520 540 600 601 602 603 604 605 606 700 707 710 711 712 713 714 715 717 718 719 726 731 733 734 800 801 910 911 912 913 914 915 916 917 918 919 920 921 922 923 924 926 927 928 931 933 935".split(
    " ",
  );

test("every number of the protocol has a meaning in words", () => {
  const unknown = CODES.filter((code) => meaningOf(code).says === meaningOf("999").says);
  expect(unknown).toEqual([]);
});

test("what stops an account is what a person must see to", () => {
  const stops = CODES.filter((code) => meaningOf(code).advice === "stop");
  expect(stops).toEqual(["911", "917", "923", "924", "926", "927"]);
  for (const code of stops) expect(explainRefusal(code, "USR", "me@x.com").why).toBe("refused");
  expect(explainRefusal("923", "USR", "me@x.com")).toMatchObject({ code: "account" });
});

test("what is so already is done", () => {
  for (const code of ["207", "215", "218"]) expect(meaningOf(code).advice).toBe("treat-as-done");
});

test("busy servers are waited for, and those that do not know the account are asked through dispatch", () => {
  for (const code of ["600", "604", "910", "921", "712"]) expect(meaningOf(code).advice).toBe("wait");
  for (const code of ["928", "931"]) expect(meaningOf(code).advice).toBe("through-dispatch");
});

test("old clients' sign-in is hinted at only where it was tried", () => {
  expect(endMessage(explainRefusal("911", "USR", "me@x.com", "md5"))).toContain("MD5");
  expect(endMessage(explainRefusal("911", "USR", "me@x.com", "sso"))).toBe(
    "the server refused the address or password of me@x.com (error 911)",
  );
});

test("a refused request says what was being done, and the number", () => {
  expect(refusal("800", "changing the name")).toMatchObject({
    code: "800",
    message: "changing the name: changing too quickly (error 800)",
  });
  expect(refusal("899", "changing the name").message).toContain("an error that we do not know (error 899)");
});
