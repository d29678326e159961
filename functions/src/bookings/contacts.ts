/** How a customer can be reached. */
export interface Contacts {
  readonly email: string | null;
  readonly phone: string | null;
}

/**
 * The contacts in the form in which equal ones are equal: an e-mail address in lower case without its `+tag`, a phone
 * number as its digits without an extension.
 */
export function contactsOf({ email, phone }: Contacts): string[] {
  const address = email?.toLowerCase().replace(/\+[^@]*@/, "@");
  const digits = phone?.replace(/(?:x|ext).*$/i, "").replace(/\D/g, "");
  return [...(address ? [`email:${address}`] : []), ...(digits ? [`phone:${digits}`] : [])];
}
