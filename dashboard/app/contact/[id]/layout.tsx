import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { contactById } from "../../../data/contact-page.ts";
import { openHistory } from "../../../data/history.ts";
import { shownName } from "../../../data/names.ts";

interface Props {
  children: ReactNode;
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Omit<Props, "children">): Promise<Metadata> {
  const contact = await contactById((await params).id);
  return contact ? { title: shownName(contact.name, contact.address) } : {};
}

/** Above the loading face, so that an address without a contact is answered with 404. */
export default async function ContactLayout({ children, params }: Props) {
  const { id } = await params;
  if (openHistory().kind === "ready" && !(await contactById(id))) notFound();
  return children;
}
