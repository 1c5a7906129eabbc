/** The product's sign: the letter that its name begins with. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="9" />
      <path d="M8 10h16M8 22h16M12.5 10v12M19.5 10v12" />
    </svg>
  );
}
