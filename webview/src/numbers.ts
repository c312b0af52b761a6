/** A whole number with commas; the browser's own function takes 30 ms when it is first called. */
export const grouped = (number: number) => String(number).replace(/\B(?=(\d{3})+$)/g, ',');
