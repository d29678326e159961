import { expect, it } from "vitest";
import { contactsOf } from "./contacts.ts";

it.each([
  [{ email: "Mei+Garage@Example.com", phone: null }, ["email:mei@example.com"]],
  [{ email: null, phone: "(212) 555-0100, ext. 12" }, ["phone:2125550100"]],
  [{ email: "a@b.example", phone: "+886 912 345 678" }, ["email:a@b.example", "phone:886912345678"]],
  [{ email: null, phone: null }, []],
])("has one form for each contact of %j", (contacts, forms) => expect(contactsOf(contacts)).toEqual(forms));
