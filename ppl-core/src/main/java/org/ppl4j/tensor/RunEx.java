package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDArrayIndexer;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.recurrent.RNN;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Shapes;

/** What DJL's helpers and blocks ask of a run's tensor beyond {@code NDArray}. */
final class RunEx implements NDArrayEx {

  private static final double SELU_ALPHA = 1.6732632423543772;
  private static final double SELU_SCALE = 1.0507009873554805;

  private final RunArray array;

  RunEx(RunArray array) {
    this.array = array;
  }

  private RunArray operand(NDArray other) {
    return Operations.operand(array.run(), other);
  }

  @Override
  public NDArray getArray() {
    return array;
  }

  @Override
  public NDArrayIndexer getIndexer(NDManager manager) {
    return new RunIndexer();
  }

  @Override
  public NDArray rdiv(Number n) {
    return array.operand(n).div(array);
  }

  @Override
  public NDArray rdiv(NDArray b) {
    return operand(b).div(array);
  }

  @Override
  public NDArray rsub(Number n) {
    return array.operand(n).sub(array);
  }

  @Override
  public NDArray rsub(NDArray b) {
    return operand(b).sub(array);
  }

  @Override
  public NDArray rmod(Number n) {
    return array.operand(n).mod(array);
  }

  @Override
  public NDArray rmod(NDArray b) {
    return operand(b).mod(array);
  }

  @Override
  public NDArray rpow(Number n) {
    return array.operand(n).pow(array);
  }

  @Override
  public NDArray relu() {
    return Operations.apply(Op.RELU, array);
  }

  @Override
  public NDArray sigmoid() {
    return Special.sigmoid(array);
  }

  @Override
  public NDArray tanh() {
    return array.tanh();
  }

  @Override
  public NDArray softPlus() {
    return Special.softplus(array);
  }

  @Override
  public NDArray softSign() {
    return array.div(array.abs().add(1));
  }

  @Override
  public NDArray leakyRelu(float alpha) {
    return array.maximum(0).add(array.minimum(0).mul((double) alpha));
  }

  @Override
  public NDArray elu(float alpha) {
    return array.maximum(0).add(expm1OfNegative().mul((double) alpha));
  }

  @Override
  public NDArray selu() {
    return array.maximum(0).add(expm1OfNegative().mul(SELU_ALPHA)).mul(SELU_SCALE);
  }

  private NDArray expm1OfNegative() {
    return Special.expm1(array.minimum(0));
  }

  @Override
  public NDArray gelu() {
    return array.mul(Special.ndtr(array));
  }

  @Override
  public NDArray swish(float beta) {
    return array.mul(Special.sigmoid(array.mul((double) beta)));
  }

  /**
   * x tanh(log(1 + eˣ)), as Misra, "Mish: a self regularized non-monotonic activation function"
   * (2019), has it; DJL's engines take the logarithm to base 2.
   */
  @Override
  public NDArray mish() {
    return array.mul(softPlus().tanh());
  }

  @Override
  public NDList linear(NDArray input, NDArray weight, @Nullable NDArray bias) {
    NDArray product = operand(input).batchMatMul(operand(weight).swapAxes(-1, -2));
    return new NDList(bias == null ? product : product.add(operand(bias)));
  }

  @Override
  public NDList convolution(
      NDArray input,
      NDArray weight,
      @Nullable NDArray bias,
      Shape stride,
      Shape padding,
      Shape dilation,
      int groups) {
    RunArray added = bias == null ? null : operand(bias);
    return new NDList(
        Convolutions.of(operand(input), operand(weight), added, stride, padding, dilation, groups));
  }

  @Override
  public NDList deconvolution(
      NDArray input,
      NDArray weight,
      @Nullable NDArray bias,
      Shape stride,
      Shape padding,
      Shape outPadding,
      Shape dilation,
      int groups) {
    RunArray added = bias == null ? null : operand(bias);
    return new NDList(
        Convolutions.transposed(
            operand(input), operand(weight), added, stride, padding, outPadding, dilation, groups));
  }

  @Override
  public NDArray maxPool(Shape kernelShape, Shape stride, Shape padding, boolean ceilMode) {
    return new Pooling(array, kernelShape, stride, padding, ceilMode).largest();
  }

  @Override
  public NDArray globalMaxPool() {
    return places().max(new int[] {-1});
  }

  @Override
  public NDArray avgPool(
      Shape kernelShape, Shape stride, Shape padding, boolean ceilMode, boolean countIncludePad) {
    return new Pooling(array, kernelShape, stride, padding, ceilMode).mean(countIncludePad);
  }

  @Override
  public NDArray globalAvgPool() {
    return places().mean(new int[] {-1});
  }

  @Override
  public NDArray lpPool(
      float normType, Shape kernelShape, Shape stride, Shape padding, boolean ceilMode) {
    RunArray powers = (RunArray) array.pow((double) normType);
    NDArray means = new Pooling(powers, kernelShape, stride, padding, ceilMode).mean(true);
    return means.mul(kernelShape.size()).pow(1.0 / normType);
  }

  @Override
  public NDArray globalLpPool(float normType) {
    return places().pow((double) normType).sum(new int[] {-1}).pow(1.0 / normType);
  }

  /** All places of each channel in one row. */
  private NDArray places() {
    Shape shape = array.getShape();
    int axes = shape.dimension() - 2;
    checkArgument(
        axes > 0, "pooling of images %s by one window: images are (N, C, …); reshape", shape);
    return array.reshape(
        new Shape(shape.get(0), shape.get(1), Shapes.takeRight(shape, axes).size()));
  }

  @Override
  public NDList embedding(NDArray input, NDArray weight, SparseFormat sparse) {
    RunArray index = (RunArray) operand(input).toType(DataType.INT64, false);
    return new NDList(RunIndexer.select(operand(weight), index, 0));
  }

  @Override
  public NDList layerNorm(
      NDArray input, Shape normalizedShape, NDArray gamma, NDArray beta, float eps) {
    int[] axes = new int[normalizedShape.dimension()];
    java.util.Arrays.setAll(axes, i -> -1 - i);
    NDArray x = operand(input);
    NDArray centred = x.sub(x.mean(axes, true));
    NDArray variance = centred.square().mean(axes, true);
    NDArray standard = centred.div(variance.add((double) eps).sqrt());
    return new NDList(standard.mul(operand(gamma)).add(operand(beta)));
  }

  /** Without training nothing is left out; what stays is scaled so that the mean is the same. */
  @Override
  public NDList dropout(NDArray input, float rate, boolean training) {
    BlockMode mode = mode("dropout");
    return new NDList(mode.isTraining() ? dropped(operand(input), rate, mode.rng()) : input);
  }

  private static NDArray dropped(NDArray x, double rate, Rng rng) {
    checkArgument(rate >= 0 && rate <= 1, "dropout has rate %s; pass one from 0 to 1", rate);
    if (rate == 0) {
      return x;
    }
    NDArray isKept = rng.uniform(Tensors.run(x), x.getShape()).gte(rate);
    return Tensors.where(isKept, x.div(1 - rate), 0);
  }

  @Override
  public NDList batchNorm(
      NDArray input,
      NDArray runningMean,
      NDArray runningVar,
      @Nullable NDArray gamma,
      @Nullable NDArray beta,
      int axis,
      float momentum,
      float eps,
      boolean training) {
    BlockMode mode = mode("batchNorm");
    NDArray normalized =
        BatchStatistics.of(operand(input), axis, eps)
            .normalized(mode, runningMean, runningVar, gamma, beta, 1f - momentum);
    return new NDList(normalized);
  }

  @Override
  public NDList rnn(
      NDArray input,
      NDArray state,
      NDList params,
      boolean hasBiases,
      int numLayers,
      RNN.Activation activation,
      double dropRate,
      boolean training,
      boolean bidirectional,
      boolean batchFirst) {
    return recurrent(
            RecurrentLayers.simple(activation),
            numLayers,
            hasBiases,
            bidirectional,
            batchFirst,
            dropRate)
        .outputs(operand(input), new NDList(state), params);
  }

  @Override
  public NDList gru(
      NDArray input,
      NDArray state,
      NDList params,
      boolean hasBiases,
      int numLayers,
      double dropRate,
      boolean training,
      boolean bidirectional,
      boolean batchFirst) {
    return recurrent(
            RecurrentLayers.gated(), numLayers, hasBiases, bidirectional, batchFirst, dropRate)
        .outputs(operand(input), new NDList(state), params);
  }

  @Override
  public NDList lstm(
      NDArray input,
      NDList states,
      NDList params,
      boolean hasBiases,
      int numLayers,
      double dropRate,
      boolean training,
      boolean bidirectional,
      boolean batchFirst) {
    return recurrent(
            RecurrentLayers.memory(), numLayers, hasBiases, bidirectional, batchFirst, dropRate)
        .outputs(operand(input), states, params);
  }

  private RecurrentLayers recurrent(
      RecurrentLayers.Cell cell,
      int layers,
      boolean hasBiases,
      boolean isBidirectional,
      boolean isBatchFirst,
      double dropRate) {
    return new RecurrentLayers(
        cell,
        layers,
        hasBiases,
        isBidirectional,
        isBatchFirst,
        x -> dropRate == 0 ? x : dropout(x, (float) dropRate, true).head());
  }

  private BlockMode mode(String method) {
    return array.requireRun().blockMode("NDArrayEx", method);
  }

  @Override
  public NDList prelu(NDArray input, NDArray alpha) {
    NDArray x = operand(input);
    return new NDList(x.maximum(0).add(x.minimum(0).mul(operand(alpha))));
  }

  @Override
  public NDArray where(NDArray condition, NDArray other) {
    return Tensors.where(operand(condition), array, operand(other));
  }

  @Override
  public NDArray stack(NDList arrays, int axis) {
    return Tensors.stack(with(arrays), axis);
  }

  @Override
  public NDArray concat(NDList arrays, int axis) {
    return Tensors.concat(with(arrays), axis);
  }

  /** DJL hands over the tensors that follow the receiver. */
  private NDList with(NDList arrays) {
    NDList result = new NDList(arrays.size() + 1);
    result.add(array);
    result.addAll(arrays);
    return result;
  }

  // ---------------------------------------------------------------- refused

  private static UnsupportedOperationException refused(String method) {
    return Refusal.of("NDArrayEx", method);
  }

  @Override
  public void adadeltaUpdate(NDList a, NDList b, float c, float d, float e, float f, float g) {
    throw refused("adadeltaUpdate");
  }

  @Override
  public void adagradUpdate(NDList a, NDList b, float c, float d, float e, float f, float g) {
    throw refused("adagradUpdate");
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
    throw refused("adamUpdate");
  }

  @Override
  public NDArray crop(int a, int b, int c, int d) {
    throw refused("crop");
  }

  @Override
  public NDArray interpolation(long[] a, int b, boolean c) {
    throw refused("interpolation");
  }

  @Override
  public NDList multiBoxDetection(NDList a, boolean b, float c, int d, float e, boolean f, int g) {
    throw refused("multiBoxDetection");
  }

  @Override
  public NDList multiBoxPrior(
      List<Float> a, List<Float> b, List<Float> c, List<Float> d, boolean e) {
    throw refused("multiBoxPrior");
  }

  @Override
  public NDList multiBoxTarget(NDList a, float b, float c, float d, float e, int f) {
    throw refused("multiBoxTarget");
  }

  @Override
  public void nagUpdate(NDList a, NDList b, float c, float d, float e, float f, float g) {
    throw refused("nagUpdate");
  }

  @Override
  public NDArray normalize(float[] a, float[] b) {
    throw refused("normalize");
  }

  @Override
  public NDArray randomBrightness(float a) {
    throw refused("randomBrightness");
  }

  @Override
  public NDArray randomColorJitter(float a, float b, float c, float d) {
    throw refused("randomColorJitter");
  }

  @Override
  public NDArray randomFlipLeftRight() {
    throw refused("randomFlipLeftRight");
  }

  @Override
  public NDArray randomFlipTopBottom() {
    throw refused("randomFlipTopBottom");
  }

  @Override
  public NDArray randomHue(float a) {
    throw refused("randomHue");
  }

  @Override
  public NDArray rdivi(NDArray a) {
    throw refused("rdivi");
  }

  @Override
  public NDArray rdivi(Number a) {
    throw refused("rdivi");
  }

  @Override
  public NDArray resize(int a, int b, int c) {
    throw refused("resize");
  }

  @Override
  public NDArray rmodi(NDArray a) {
    throw refused("rmodi");
  }

  @Override
  public NDArray rmodi(Number a) {
    throw refused("rmodi");
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
    throw refused("rmspropUpdate");
  }

  @Override
  public NDArray rpowi(Number a) {
    throw refused("rpowi");
  }

  @Override
  public NDArray rsubi(NDArray a) {
    throw refused("rsubi");
  }

  @Override
  public NDArray rsubi(Number a) {
    throw refused("rsubi");
  }

  @Override
  public void sgdUpdate(
      NDList a, NDList b, float c, float d, float e, float f, float g, boolean h) {
    throw refused("sgdUpdate");
  }

  @Override
  public NDArray toTensor() {
    throw refused("toTensor");
  }
}
