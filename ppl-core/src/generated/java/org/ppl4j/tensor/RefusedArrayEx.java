// Written by RefusedSources, in the tests; to write it anew: mvn exec:exec@refusals -pl ppl-core
package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDArrayIndexer;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.recurrent.RNN;
import java.util.List;

/** Refuses each method of {@link NDArrayEx} that is not derived from others. */
abstract class RefusedArrayEx implements NDArrayEx {

  @Override
  public void adadeltaUpdate(NDList a, NDList b, float c, float d, float e, float f, float g) {
    throw Refusal.of("NDArrayEx", "adadeltaUpdate");
  }

  @Override
  public void adagradUpdate(NDList a, NDList b, float c, float d, float e, float f, float g) {
    throw Refusal.of("NDArrayEx", "adagradUpdate");
  }

  @Override
  public void adamUpdate(
      NDList a,
      NDList b,
      float c,
      float d,
      float e,
      float f,
      float g,
      float h,
      float i,
      float j,
      boolean k,
      boolean l) {
    throw Refusal.of("NDArrayEx", "adamUpdate");
  }

  @Override
  public NDArray avgPool(Shape a, Shape b, Shape c, boolean d, boolean e) {
    throw Refusal.of("NDArrayEx", "avgPool");
  }

  @Override
  public NDList batchNorm(
      NDArray a, NDArray b, NDArray c, NDArray d, NDArray e, int f, float g, float h, boolean i) {
    throw Refusal.of("NDArrayEx", "batchNorm");
  }

  @Override
  public NDArray concat(NDList a) {
    throw Refusal.of("NDArrayEx", "concat");
  }

  @Override
  public NDArray concat(NDList a, int b) {
    throw Refusal.of("NDArrayEx", "concat");
  }

  @Override
  public NDList convolution(NDArray a, NDArray b, NDArray c, Shape d, Shape e, Shape f, int g) {
    throw Refusal.of("NDArrayEx", "convolution");
  }

  @Override
  public NDArray crop(int a, int b, int c, int d) {
    throw Refusal.of("NDArrayEx", "crop");
  }

  @Override
  public NDList deconvolution(
      NDArray a, NDArray b, NDArray c, Shape d, Shape e, Shape f, Shape g, int h) {
    throw Refusal.of("NDArrayEx", "deconvolution");
  }

  @Override
  public NDList dropout(NDArray a, float b, boolean c) {
    throw Refusal.of("NDArrayEx", "dropout");
  }

  @Override
  public NDArray elu(float a) {
    throw Refusal.of("NDArrayEx", "elu");
  }

  @Override
  public NDList embedding(NDArray a, NDArray b, SparseFormat c) {
    throw Refusal.of("NDArrayEx", "embedding");
  }

  @Override
  public NDArray gelu() {
    throw Refusal.of("NDArrayEx", "gelu");
  }

  @Override
  public NDArray getArray() {
    throw Refusal.of("NDArrayEx", "getArray");
  }

  @Override
  public NDArrayIndexer getIndexer(NDManager a) {
    throw Refusal.of("NDArrayEx", "getIndexer");
  }

  @Override
  public NDArray globalAvgPool() {
    throw Refusal.of("NDArrayEx", "globalAvgPool");
  }

  @Override
  public NDArray globalLpPool(float a) {
    throw Refusal.of("NDArrayEx", "globalLpPool");
  }

  @Override
  public NDArray globalMaxPool() {
    throw Refusal.of("NDArrayEx", "globalMaxPool");
  }

  @Override
  public NDList gru(
      NDArray a, NDArray b, NDList c, boolean d, int e, double f, boolean g, boolean h, boolean i) {
    throw Refusal.of("NDArrayEx", "gru");
  }

  @Override
  public NDArray interpolation(long[] a, int b, boolean c) {
    throw Refusal.of("NDArrayEx", "interpolation");
  }

  @Override
  public NDList layerNorm(NDArray a, Shape b, NDArray c, NDArray d, float e) {
    throw Refusal.of("NDArrayEx", "layerNorm");
  }

  @Override
  public NDArray leakyRelu(float a) {
    throw Refusal.of("NDArrayEx", "leakyRelu");
  }

  @Override
  public NDList linear(NDArray a, NDArray b, NDArray c) {
    throw Refusal.of("NDArrayEx", "linear");
  }

  @Override
  public NDArray lpPool(float a, Shape b, Shape c, Shape d, boolean e) {
    throw Refusal.of("NDArrayEx", "lpPool");
  }

  @Override
  public NDList lstm(
      NDArray a, NDList b, NDList c, boolean d, int e, double f, boolean g, boolean h, boolean i) {
    throw Refusal.of("NDArrayEx", "lstm");
  }

  @Override
  public NDArray maxPool(Shape a, Shape b, Shape c, boolean d) {
    throw Refusal.of("NDArrayEx", "maxPool");
  }

  @Override
  public NDArray mish() {
    throw Refusal.of("NDArrayEx", "mish");
  }

  @Override
  public NDList multiBoxDetection(NDList a, boolean b, float c, int d, float e, boolean f, int g) {
    throw Refusal.of("NDArrayEx", "multiBoxDetection");
  }

  @Override
  public NDList multiBoxPrior(
      List<Float> a, List<Float> b, List<Float> c, List<Float> d, boolean e) {
    throw Refusal.of("NDArrayEx", "multiBoxPrior");
  }

  @Override
  public NDList multiBoxTarget(NDList a, float b, float c, float d, float e, int f) {
    throw Refusal.of("NDArrayEx", "multiBoxTarget");
  }

  @Override
  public void nagUpdate(NDList a, NDList b, float c, float d, float e, float f, float g) {
    throw Refusal.of("NDArrayEx", "nagUpdate");
  }

  @Override
  public NDArray normalize(float[] a, float[] b) {
    throw Refusal.of("NDArrayEx", "normalize");
  }

  @Override
  public NDList prelu(NDArray a, NDArray b) {
    throw Refusal.of("NDArrayEx", "prelu");
  }

  @Override
  public NDArray randomBrightness(float a) {
    throw Refusal.of("NDArrayEx", "randomBrightness");
  }

  @Override
  public NDArray randomColorJitter(float a, float b, float c, float d) {
    throw Refusal.of("NDArrayEx", "randomColorJitter");
  }

  @Override
  public NDArray randomFlipLeftRight() {
    throw Refusal.of("NDArrayEx", "randomFlipLeftRight");
  }

  @Override
  public NDArray randomFlipTopBottom() {
    throw Refusal.of("NDArrayEx", "randomFlipTopBottom");
  }

  @Override
  public NDArray randomHue(float a) {
    throw Refusal.of("NDArrayEx", "randomHue");
  }

  @Override
  public NDArray rdiv(NDArray a) {
    throw Refusal.of("NDArrayEx", "rdiv");
  }

  @Override
  public NDArray rdiv(Number a) {
    throw Refusal.of("NDArrayEx", "rdiv");
  }

  @Override
  public NDArray rdivi(NDArray a) {
    throw Refusal.of("NDArrayEx", "rdivi");
  }

  @Override
  public NDArray rdivi(Number a) {
    throw Refusal.of("NDArrayEx", "rdivi");
  }

  @Override
  public NDArray relu() {
    throw Refusal.of("NDArrayEx", "relu");
  }

  @Override
  public NDArray resize(int a, int b, int c) {
    throw Refusal.of("NDArrayEx", "resize");
  }

  @Override
  public NDArray rmod(NDArray a) {
    throw Refusal.of("NDArrayEx", "rmod");
  }

  @Override
  public NDArray rmod(Number a) {
    throw Refusal.of("NDArrayEx", "rmod");
  }

  @Override
  public NDArray rmodi(NDArray a) {
    throw Refusal.of("NDArrayEx", "rmodi");
  }

  @Override
  public NDArray rmodi(Number a) {
    throw Refusal.of("NDArrayEx", "rmodi");
  }

  @Override
  public void rmspropUpdate(
      NDList a,
      NDList b,
      float c,
      float d,
      float e,
      float f,
      float g,
      float h,
      float i,
      boolean j) {
    throw Refusal.of("NDArrayEx", "rmspropUpdate");
  }

  @Override
  public NDList rnn(
      NDArray a,
      NDArray b,
      NDList c,
      boolean d,
      int e,
      RNN.Activation f,
      double g,
      boolean h,
      boolean i,
      boolean j) {
    throw Refusal.of("NDArrayEx", "rnn");
  }

  @Override
  public NDArray rpow(Number a) {
    throw Refusal.of("NDArrayEx", "rpow");
  }

  @Override
  public NDArray rpowi(Number a) {
    throw Refusal.of("NDArrayEx", "rpowi");
  }

  @Override
  public NDArray rsub(NDArray a) {
    throw Refusal.of("NDArrayEx", "rsub");
  }

  @Override
  public NDArray rsub(Number a) {
    throw Refusal.of("NDArrayEx", "rsub");
  }

  @Override
  public NDArray rsubi(NDArray a) {
    throw Refusal.of("NDArrayEx", "rsubi");
  }

  @Override
  public NDArray rsubi(Number a) {
    throw Refusal.of("NDArrayEx", "rsubi");
  }

  @Override
  public NDArray selu() {
    throw Refusal.of("NDArrayEx", "selu");
  }

  @Override
  public void sgdUpdate(
      NDList a, NDList b, float c, float d, float e, float f, float g, boolean h) {
    throw Refusal.of("NDArrayEx", "sgdUpdate");
  }

  @Override
  public NDArray sigmoid() {
    throw Refusal.of("NDArrayEx", "sigmoid");
  }

  @Override
  public NDArray softPlus() {
    throw Refusal.of("NDArrayEx", "softPlus");
  }

  @Override
  public NDArray softSign() {
    throw Refusal.of("NDArrayEx", "softSign");
  }

  @Override
  public NDArray stack(NDList a) {
    throw Refusal.of("NDArrayEx", "stack");
  }

  @Override
  public NDArray stack(NDList a, int b) {
    throw Refusal.of("NDArrayEx", "stack");
  }

  @Override
  public NDArray swish(float a) {
    throw Refusal.of("NDArrayEx", "swish");
  }

  @Override
  public NDArray tanh() {
    throw Refusal.of("NDArrayEx", "tanh");
  }

  @Override
  public NDArray toTensor() {
    throw Refusal.of("NDArrayEx", "toTensor");
  }

  @Override
  public NDArray where(NDArray a, NDArray b) {
    throw Refusal.of("NDArrayEx", "where");
  }
}
