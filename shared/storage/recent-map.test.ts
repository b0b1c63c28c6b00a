import { recentMap } from './recent-map'

test('beyond its bound the entry used longest ago goes; a get is a use', () => {
  const map = recentMap<string, number>(2)
  map.set('a', 1)
  map.set('b', 2)
  expect(map.get('a')).toBe(1)
  map.set('c', 3)
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3])
})

test('what is dropped makes room', () => {
  const map = recentMap<string, number>(2)
  map.set('a', 1)
  map.set('b', 2)
  map.drop('b')
  map.set('c', 3)
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3])
})

test('a key set again keeps its last value and counts once', () => {
  const map = recentMap<string, number>(2)
  map.set('a', 1)
  map.set('b', 2)
  map.set('a', 3)
  map.set('c', 4)
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([3, undefined, 4])
})
