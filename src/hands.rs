/*!
Who does the parts of a long job: [`Hands`], given by the caller.

The library has no threads of its own. Where a document is long enough to be analysed in sections, it asks the hands it was given to do every section, in whatever order and as many at
once as they like; what comes out is put together in the order of the sections, so that the result is the same whoever did it. The command line hands in its threads;
[`OneByOne`] does one after the other.
*/

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Does many jobs.
pub trait Hands: Sync {
    /// Calls `job` once with every number below `n_jobs`, and comes back when all are done.
    fn each(&self, n_jobs: usize, job: &(dyn Fn(usize) + Sync));
}

/// One job after the other, on the thread of the caller.
#[derive(Clone, Copy, Debug, Default)]
pub struct OneByOne;

impl Hands for OneByOne {
    fn each(&self, n_jobs: usize, job: &(dyn Fn(usize) + Sync)) {
        (0..n_jobs).for_each(job);
    }
}

/// Puts neighbours together into jobs: each goes on until it is `size` long.
pub fn jobs<T>(parts: &[T], len: impl Fn(&T) -> usize, size: usize) -> Vec<Range<usize>> {
    let mut jobs = Vec::new();
    let (mut start, mut n_here) = (0, 0);
    for (at, part) in parts.iter().enumerate() {
        n_here += len(part);
        if n_here >= size || at + 1 == parts.len() {
            jobs.push(start..at + 1);
            (start, n_here) = (at + 1, 0);
        }
    }
    jobs
}

/// What each job gives, in the order of their numbers.
pub fn collect<T: Send>(hands: &dyn Hands, n_jobs: usize, job: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let places: Vec<Mutex<Option<T>>> = (0..n_jobs).map(|_| Mutex::new(None)).collect();
    hands.each(n_jobs, &|number| {
        let done = job(number);
        *places[number].lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
    });
    let done = places.into_iter().map(|place| place.into_inner().unwrap_or_else(PoisonError::into_inner));
    // Hands that leave a job undone do not spoil the result.
    done.enumerate().map(|(number, done)| done.unwrap_or_else(|| job(number))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Begins at the end, and forgets every third job.
    struct Odd;

    impl Hands for Odd {
        fn each(&self, n_jobs: usize, job: &(dyn Fn(usize) + Sync)) {
            (0..n_jobs).rev().filter(|number| number % 3 > 0).for_each(job);
        }
    }

    #[test]
    fn the_order_is_that_of_the_numbers() {
        let squares: Vec<usize> = (0..100).map(|number| number * number).collect();
        for hands in [&OneByOne as &dyn Hands, &Odd] {
            assert_eq!(collect(hands, 100, |number| number * number), squares);
        }
    }
}
