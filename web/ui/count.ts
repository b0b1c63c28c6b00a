/** Such as "1 rule" and "2,000 rules". `many` where it is more than an s. */
export const count = (number: number, one: string, many = `${one}s`) => `${number.toLocaleString()} ${number === 1 ? one : many}`

export const countPeople = (number: number) => count(number, 'person', 'people')
