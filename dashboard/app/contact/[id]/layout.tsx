import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { contactById } from "../../../data/contact-page.ts";
import { openHistory } from "../../../data/history.ts";
import { shownName } from "../../../data/names.ts";

export async function generateMetadata({ params }: LayoutProps<"/contact/[id]">): Promise<Metadata> {
  const contact = await contactById((await params).id);
  return contact ? { title: shownName(contact.name, contact.address) } : {};
}

/** Above the loading face, so that an address without a contact is answered with 404. */
export default async function ContactLayout({ children, params }: LayoutProps<"/contact/[id]">) {
  const { id } = await params;
  if (openHistory().kind === "ready" && !(await contactById(id))) notFound();
  return children;
}
