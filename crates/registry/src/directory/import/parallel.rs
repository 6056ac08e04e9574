//! The same for many, on all processors, with the results in their order.

use std::num::NonZero;

pub fn mapped<T: Send, U: Send>(items: Vec<T>, map: impl Fn(T) -> U + Sync) -> Vec<U> {
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    let share = items.len().div_ceil(processors).max(1);
    let mut items = items.into_iter();
    let map = &map;
    std::thread::scope(|scope| {
        let mut workers = Vec::with_capacity(processors);
        loop {
            let some: Vec<T> = items.by_ref().take(share).collect();
            if some.is_empty() {
                break;
            }
            workers.push(scope.spawn(move || some.into_iter().map(map).collect::<Vec<U>>()));
        }
        let results = workers.into_iter().map(|worker| worker.join());
        results.flat_map(|result| result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::mapped;

    #[test]
    fn results_are_in_the_order_of_what_they_are_of() {
        for count in [0, 1, 2, 7, 1_000] {
            assert_eq!(mapped((0..count).collect(), |n| n * 2), (0..count).map(|n| n * 2).collect::<Vec<_>>());
        }
    }
}
