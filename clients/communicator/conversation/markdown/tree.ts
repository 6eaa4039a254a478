// What a message looks like once its Markdown is read: a tree that is shown as elements, never as HTML. Types only.

export type Inline =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'bold' | 'italic' | 'strike'; readonly children: readonly Inline[] }
  | { readonly kind: 'link'; readonly href: string; readonly text: string }
  | { readonly kind: 'mention'; readonly userId: string; readonly text: string };

export type Block =
  | { readonly kind: 'paragraph'; readonly children: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string; readonly language: string }
  | { readonly kind: 'quote'; readonly children: readonly Block[] }
  | {
      readonly kind: 'list';
      /** Number of the first item; null for a list of points. */
      readonly start: number | null;
      readonly items: readonly (readonly Inline[])[];
    };

/** Somebody whom an `@name` in the text means. */
export interface Mentioned {
  readonly userId: string;
  readonly name: string;
}
