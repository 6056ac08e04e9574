//! What the development host serves.

use consilium_api::{Commands, Media, MediaBody, Result, Subscriptions};
use futures::stream::BoxStream;
use serde_json::Value;
use std::future::Future;

/// The core by name and JSON. Everything that implements the contract is served; tests serve less.
pub trait Served: Clone + Send + Sync + 'static {
    fn call(&self, command: &str, input: Value) -> impl Future<Output = Result<Value>> + Send;
    fn watch(&self, subscription: &str, input: Value)
    -> impl Future<Output = Result<BoxStream<'static, Value>>> + Send;
    fn take_upload(&self, bytes: Vec<u8>) -> Result<String>;
    fn image(&self, path: &str) -> impl Future<Output = Result<MediaBody>> + Send;
}

impl<H: Commands + Subscriptions + Media + Clone + 'static> Served for H {
    fn call(&self, command: &str, input: Value) -> impl Future<Output = Result<Value>> + Send {
        consilium_api::dispatch(self, command, input)
    }

    fn watch(
        &self,
        subscription: &str,
        input: Value,
    ) -> impl Future<Output = Result<BoxStream<'static, Value>>> + Send {
        consilium_api::subscribe(self, subscription, input)
    }

    fn take_upload(&self, bytes: Vec<u8>) -> Result<String> {
        self.upload(bytes)
    }

    fn image(&self, path: &str) -> impl Future<Output = Result<MediaBody>> + Send {
        self.media(path)
    }
}
