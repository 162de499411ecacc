//! phi-milter: a milter that keeps protected health information (PHI) from leaving by mail
//! unprotected.
//!
//! # Layers
//! A module uses only what stands below it in this list (`tests/layers.rs` judges):
//!
//! | layer | modules | duty |
//! | --- | --- | --- |
//! | 8 | [`cli`] | words on the command line |
//! | 7 | [`milter`] | the conversation with the MTA |
//! | 6 | [`pipeline`] | one message's way through everything below |
//! | 5 | [`action`], [`audit`] | what is done, what is written down |
//! | 4 | [`policy`] | what findings mean between this sender and this recipient |
//! | 3 | [`worker`] | hostile bytes, in another process |
//! | 2 | [`dimensions`], `tagged`, `heif`, [`message`], [`extract`], [`sight`]; [`rules`] and [`engine`] | bytes to texts, pixels to texts; texts to findings |
//! | 1 | [`text`], [`finding`], [`config`] | the vocabulary |
//! | 0 | [`secret`], [`limits`], [`diagnostic`], [`panics`] | the ground |
//!
//! The two trunks of layer 2 never see each other; they are joined by [`text::Text`] alone.
//! `message`, `extract` and `sight` run only in a worker process.

pub mod diagnostic;
pub mod limits;
pub mod panics;
pub mod secret;

pub mod config;
pub mod finding;
pub mod text;

pub mod dimensions;
pub mod extract;
mod heif;
pub mod message;
pub mod sight;
mod tagged;

pub mod engine;
pub mod rules;

pub mod worker;

pub mod policy;

pub mod action;
pub mod audit;

pub mod pipeline;

pub mod milter;

pub mod cli;
