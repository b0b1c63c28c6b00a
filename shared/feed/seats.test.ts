import template from '../../infra/azuredeploy.json'
import { HTTP_CONCURRENCY, MAX_WAITING, MAX_WAITING_OF_TENANT, seats } from './seats'

test('waiting readers hold a quarter of what an instance of the deployment takes at once', () => {
  expect(HTTP_CONCURRENCY).toBe(template.parameters.httpConcurrency.defaultValue)
  expect([MAX_WAITING, MAX_WAITING_OF_TENANT]).toEqual([8, 4])
})

test('one tenant takes half of the places, and all together no more than there are', () => {
  const places = seats()
  const given = (tenant: string, count: number) => Array.from({ length: count }, () => places.take(tenant)).filter(Boolean).length
  expect([given('a', 10), given('b', 3), given('c', 10), given('a', 1), given('d', 1)]).toEqual([4, 3, 1, 0, 0])
})

test('a place that is given back, once, is free for whoever comes', () => {
  const places = seats(2, 1)
  const back = places.take('a')
  expect(places.take('a')).toBeUndefined()
  back?.()
  back?.()
  expect(['b', 'c', 'd'].map((tenant) => places.take(tenant)).map((place) => place !== undefined)).toEqual([true, true, false])
})
