//! One network.

use rten::ModelOptions;
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};

/// A network that takes images and gives numbers.
pub(in crate::sight) struct Network(rten::Model);

/// Images as a network takes them: so many, three planes each, height, width.
pub(in crate::sight) type Shape = [usize; 4];

impl Network {
    /// Makes a network ready from its file (ONNX).
    pub(in crate::sight) fn load(bytes: Vec<u8>) -> Option<Self> {
        ModelOptions::with_all_ops().prepack_weights(true).load(bytes).ok().map(Self)
    }

    /// The shape of what it gives, and the numbers row by row.
    pub(in crate::sight) fn run(
        &self,
        shape: Shape,
        values: Vec<f32>,
    ) -> Option<(Vec<usize>, Vec<f32>)> {
        let input = NdTensor::from_data(shape, values);
        let output: Tensor<f32> = self.0.run_one(input.into(), None).ok()?.try_into().ok()?;
        let shape = output.shape().to_vec();
        Some((shape, output.into_data()))
    }
}
