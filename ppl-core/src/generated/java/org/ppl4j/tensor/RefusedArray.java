// Written by RefusedSources, in the tests; to write it anew: mvn exec:exec@refusals -pl ppl-core
package org.ppl4j.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.function.Function;

/** Refuses each method of {@link NDArray} that is not derived from others. */
abstract class RefusedArray implements NDArray {

  @Override
  public NDArray abs() {
    throw Refusal.of("NDArray", "abs");
  }

  @Override
  public NDArray acos() {
    throw Refusal.of("NDArray", "acos");
  }

  @Override
  public NDArray acosh() {
    throw Refusal.of("NDArray", "acosh");
  }

  @Override
  public NDArray add(NDArray a) {
    throw Refusal.of("NDArray", "add");
  }

  @Override
  public NDArray add(Number a) {
    throw Refusal.of("NDArray", "add");
  }

  @Override
  public NDArray addi(NDArray a) {
    throw Refusal.of("NDArray", "addi");
  }

  @Override
  public NDArray addi(Number a) {
    throw Refusal.of("NDArray", "addi");
  }

  @Override
  public NDArray all() {
    throw Refusal.of("NDArray", "all");
  }

  @Override
  public boolean allClose(NDArray a) {
    throw Refusal.of("NDArray", "allClose");
  }

  @Override
  public boolean allClose(NDArray a, double b, double c, boolean d) {
    throw Refusal.of("NDArray", "allClose");
  }

  @Override
  public NDArray any() {
    throw Refusal.of("NDArray", "any");
  }

  @Override
  public NDArray argMax() {
    throw Refusal.of("NDArray", "argMax");
  }

  @Override
  public NDArray argMax(int a) {
    throw Refusal.of("NDArray", "argMax");
  }

  @Override
  public NDArray argMin() {
    throw Refusal.of("NDArray", "argMin");
  }

  @Override
  public NDArray argMin(int a) {
    throw Refusal.of("NDArray", "argMin");
  }

  @Override
  public NDArray argSort(int a, boolean b) {
    throw Refusal.of("NDArray", "argSort");
  }

  @Override
  public NDArray asin() {
    throw Refusal.of("NDArray", "asin");
  }

  @Override
  public NDArray asinh() {
    throw Refusal.of("NDArray", "asinh");
  }

  @Override
  public NDArray atan() {
    throw Refusal.of("NDArray", "atan");
  }

  @Override
  public NDArray atan2(NDArray a) {
    throw Refusal.of("NDArray", "atan2");
  }

  @Override
  public NDArray atanh() {
    throw Refusal.of("NDArray", "atanh");
  }

  @Override
  public void attach(NDManager a) {
    throw Refusal.of("NDArray", "attach");
  }

  @Override
  public NDArray batchDot(NDArray a) {
    throw Refusal.of("NDArray", "batchDot");
  }

  @Override
  public NDArray batchMatMul(NDArray a) {
    throw Refusal.of("NDArray", "batchMatMul");
  }

  @Override
  public NDArray booleanMask(NDArray a) {
    throw Refusal.of("NDArray", "booleanMask");
  }

  @Override
  public NDArray booleanMask(NDArray a, int b) {
    throw Refusal.of("NDArray", "booleanMask");
  }

  @Override
  public NDArray broadcast(Shape a) {
    throw Refusal.of("NDArray", "broadcast");
  }

  @Override
  public NDArray cbrt() {
    throw Refusal.of("NDArray", "cbrt");
  }

  @Override
  public NDArray ceil() {
    throw Refusal.of("NDArray", "ceil");
  }

  @Override
  public NDArray clip(Number a, Number b) {
    throw Refusal.of("NDArray", "clip");
  }

  @Override
  public void close() {
    throw Refusal.of("NDArray", "close");
  }

  @Override
  public NDArray complex() {
    throw Refusal.of("NDArray", "complex");
  }

  @Override
  public NDArray conj() {
    throw Refusal.of("NDArray", "conj");
  }

  @Override
  public boolean contentEquals(NDArray a) {
    throw Refusal.of("NDArray", "contentEquals");
  }

  @Override
  public boolean contentEquals(Number a) {
    throw Refusal.of("NDArray", "contentEquals");
  }

  @Override
  public void copyTo(NDArray a) {
    throw Refusal.of("NDArray", "copyTo");
  }

  @Override
  public NDArray cos() {
    throw Refusal.of("NDArray", "cos");
  }

  @Override
  public NDArray cosh() {
    throw Refusal.of("NDArray", "cosh");
  }

  @Override
  public NDArray countNonzero() {
    throw Refusal.of("NDArray", "countNonzero");
  }

  @Override
  public NDArray countNonzero(int a) {
    throw Refusal.of("NDArray", "countNonzero");
  }

  @Override
  public NDArray cumProd(int a) {
    throw Refusal.of("NDArray", "cumProd");
  }

  @Override
  public NDArray cumProd(int a, DataType b) {
    throw Refusal.of("NDArray", "cumProd");
  }

  @Override
  public NDArray cumSum() {
    throw Refusal.of("NDArray", "cumSum");
  }

  @Override
  public NDArray cumSum(int a) {
    throw Refusal.of("NDArray", "cumSum");
  }

  @Override
  public void detach() {
    throw Refusal.of("NDArray", "detach");
  }

  @Override
  public NDArray diagonal() {
    throw Refusal.of("NDArray", "diagonal");
  }

  @Override
  public NDArray diagonal(int a) {
    throw Refusal.of("NDArray", "diagonal");
  }

  @Override
  public NDArray diagonal(int a, int b, int c) {
    throw Refusal.of("NDArray", "diagonal");
  }

  @Override
  public NDArray diff(int a, int b) {
    throw Refusal.of("NDArray", "diff");
  }

  @Override
  public NDArray div(NDArray a) {
    throw Refusal.of("NDArray", "div");
  }

  @Override
  public NDArray div(Number a) {
    throw Refusal.of("NDArray", "div");
  }

  @Override
  public NDArray divi(NDArray a) {
    throw Refusal.of("NDArray", "divi");
  }

  @Override
  public NDArray divi(Number a) {
    throw Refusal.of("NDArray", "divi");
  }

  @Override
  public NDArray dot(NDArray a) {
    throw Refusal.of("NDArray", "dot");
  }

  @Override
  public NDArray duplicate() {
    throw Refusal.of("NDArray", "duplicate");
  }

  @Override
  public byte[] encode() {
    throw Refusal.of("NDArray", "encode");
  }

  @Override
  public NDArray eq(NDArray a) {
    throw Refusal.of("NDArray", "eq");
  }

  @Override
  public NDArray eq(Number a) {
    throw Refusal.of("NDArray", "eq");
  }

  @Override
  public NDArray erf() {
    throw Refusal.of("NDArray", "erf");
  }

  @Override
  public NDArray erfinv() {
    throw Refusal.of("NDArray", "erfinv");
  }

  @Override
  public NDArray exp() {
    throw Refusal.of("NDArray", "exp");
  }

  @Override
  public NDArray expandDims(int a) {
    throw Refusal.of("NDArray", "expandDims");
  }

  @Override
  public NDArray fft(long a) {
    throw Refusal.of("NDArray", "fft");
  }

  @Override
  public NDArray fft(long a, long b) {
    throw Refusal.of("NDArray", "fft");
  }

  @Override
  public NDArray fft2(long[] a) {
    throw Refusal.of("NDArray", "fft2");
  }

  @Override
  public NDArray fft2(long[] a, long[] b) {
    throw Refusal.of("NDArray", "fft2");
  }

  @Override
  public NDArray flatten() {
    throw Refusal.of("NDArray", "flatten");
  }

  @Override
  public NDArray flatten(int a, int b) {
    throw Refusal.of("NDArray", "flatten");
  }

  @Override
  public NDArray flip(int... a) {
    throw Refusal.of("NDArray", "flip");
  }

  @Override
  public NDArray floor() {
    throw Refusal.of("NDArray", "floor");
  }

  @Override
  public NDArray gammaln() {
    throw Refusal.of("NDArray", "gammaln");
  }

  @Override
  public NDArray gather(NDArray a, int b) {
    throw Refusal.of("NDArray", "gather");
  }

  @Override
  public NDArray gatherNd(NDArray a) {
    throw Refusal.of("NDArray", "gatherNd");
  }

  @Override
  public NDArray get(NDArray a) {
    throw Refusal.of("NDArray", "get");
  }

  @Override
  public NDArray get(NDIndex a) {
    throw Refusal.of("NDArray", "get");
  }

  @Override
  public NDArray get(NDManager a, NDIndex b) {
    throw Refusal.of("NDArray", "get");
  }

  @Override
  public NDArray get(NDManager a, long... b) {
    throw Refusal.of("NDArray", "get");
  }

  @Override
  public boolean getBoolean(long... a) {
    throw Refusal.of("NDArray", "getBoolean");
  }

  @Override
  public byte getByte(long... a) {
    throw Refusal.of("NDArray", "getByte");
  }

  @Override
  public DataType getDataType() {
    throw Refusal.of("NDArray", "getDataType");
  }

  @Override
  public Device getDevice() {
    throw Refusal.of("NDArray", "getDevice");
  }

  @Override
  public double getDouble(long... a) {
    throw Refusal.of("NDArray", "getDouble");
  }

  @Override
  public float getFloat(long... a) {
    throw Refusal.of("NDArray", "getFloat");
  }

  @Override
  public NDArray getGradient() {
    throw Refusal.of("NDArray", "getGradient");
  }

  @Override
  public int getInt(long... a) {
    throw Refusal.of("NDArray", "getInt");
  }

  @Override
  public long getLong(long... a) {
    throw Refusal.of("NDArray", "getLong");
  }

  @Override
  public NDManager getManager() {
    throw Refusal.of("NDArray", "getManager");
  }

  @Override
  public NDArrayEx getNDArrayInternal() {
    throw Refusal.of("NDArray", "getNDArrayInternal");
  }

  @Override
  public String getName() {
    throw Refusal.of("NDArray", "getName");
  }

  @Override
  public Shape getShape() {
    throw Refusal.of("NDArray", "getShape");
  }

  @Override
  public SparseFormat getSparseFormat() {
    throw Refusal.of("NDArray", "getSparseFormat");
  }

  @Override
  public String getUid() {
    throw Refusal.of("NDArray", "getUid");
  }

  @Override
  public int getUint8(long... a) {
    throw Refusal.of("NDArray", "getUint8");
  }

  @Override
  public NDArray gt(NDArray a) {
    throw Refusal.of("NDArray", "gt");
  }

  @Override
  public NDArray gt(Number a) {
    throw Refusal.of("NDArray", "gt");
  }

  @Override
  public NDArray gte(NDArray a) {
    throw Refusal.of("NDArray", "gte");
  }

  @Override
  public NDArray gte(Number a) {
    throw Refusal.of("NDArray", "gte");
  }

  @Override
  public boolean hasGradient() {
    throw Refusal.of("NDArray", "hasGradient");
  }

  @Override
  public NDArray ifft(long a) {
    throw Refusal.of("NDArray", "ifft");
  }

  @Override
  public NDArray ifft(long a, long b) {
    throw Refusal.of("NDArray", "ifft");
  }

  @Override
  public NDArray ifft2(long[] a) {
    throw Refusal.of("NDArray", "ifft2");
  }

  @Override
  public NDArray ifft2(long[] a, long[] b) {
    throw Refusal.of("NDArray", "ifft2");
  }

  @Override
  public void intern(NDArray a) {
    throw Refusal.of("NDArray", "intern");
  }

  @Override
  public NDArray inverse() {
    throw Refusal.of("NDArray", "inverse");
  }

  @Override
  public NDArray irfft(long a) {
    throw Refusal.of("NDArray", "irfft");
  }

  @Override
  public NDArray irfft(long a, long b) {
    throw Refusal.of("NDArray", "irfft");
  }

  @Override
  public NDArray isInfinite() {
    throw Refusal.of("NDArray", "isInfinite");
  }

  @Override
  public NDArray isNaN() {
    throw Refusal.of("NDArray", "isNaN");
  }

  @Override
  public boolean isReleased() {
    throw Refusal.of("NDArray", "isReleased");
  }

  @Override
  public NDArray like() {
    throw Refusal.of("NDArray", "like");
  }

  @Override
  public NDArray log() {
    throw Refusal.of("NDArray", "log");
  }

  @Override
  public NDArray log10() {
    throw Refusal.of("NDArray", "log10");
  }

  @Override
  public NDArray log2() {
    throw Refusal.of("NDArray", "log2");
  }

  @Override
  public NDArray logSoftmax(int a) {
    throw Refusal.of("NDArray", "logSoftmax");
  }

  @Override
  public NDArray logicalAnd(NDArray a) {
    throw Refusal.of("NDArray", "logicalAnd");
  }

  @Override
  public NDArray logicalNot() {
    throw Refusal.of("NDArray", "logicalNot");
  }

  @Override
  public NDArray logicalOr(NDArray a) {
    throw Refusal.of("NDArray", "logicalOr");
  }

  @Override
  public NDArray logicalXor(NDArray a) {
    throw Refusal.of("NDArray", "logicalXor");
  }

  @Override
  public NDArray lt(NDArray a) {
    throw Refusal.of("NDArray", "lt");
  }

  @Override
  public NDArray lt(Number a) {
    throw Refusal.of("NDArray", "lt");
  }

  @Override
  public NDArray lte(NDArray a) {
    throw Refusal.of("NDArray", "lte");
  }

  @Override
  public NDArray lte(Number a) {
    throw Refusal.of("NDArray", "lte");
  }

  @Override
  public NDArray matMul(NDArray a) {
    throw Refusal.of("NDArray", "matMul");
  }

  @Override
  public NDArray max() {
    throw Refusal.of("NDArray", "max");
  }

  @Override
  public NDArray max(int[] a, boolean b) {
    throw Refusal.of("NDArray", "max");
  }

  @Override
  public NDArray maximum(NDArray a) {
    throw Refusal.of("NDArray", "maximum");
  }

  @Override
  public NDArray maximum(Number a) {
    throw Refusal.of("NDArray", "maximum");
  }

  @Override
  public NDArray mean() {
    throw Refusal.of("NDArray", "mean");
  }

  @Override
  public NDArray mean(int[] a, boolean b) {
    throw Refusal.of("NDArray", "mean");
  }

  @Override
  public NDArray median() {
    throw Refusal.of("NDArray", "median");
  }

  @Override
  public NDArray median(int[] a) {
    throw Refusal.of("NDArray", "median");
  }

  @Override
  public NDArray min() {
    throw Refusal.of("NDArray", "min");
  }

  @Override
  public NDArray min(int[] a, boolean b) {
    throw Refusal.of("NDArray", "min");
  }

  @Override
  public NDArray minimum(NDArray a) {
    throw Refusal.of("NDArray", "minimum");
  }

  @Override
  public NDArray minimum(Number a) {
    throw Refusal.of("NDArray", "minimum");
  }

  @Override
  public NDArray mod(NDArray a) {
    throw Refusal.of("NDArray", "mod");
  }

  @Override
  public NDArray mod(Number a) {
    throw Refusal.of("NDArray", "mod");
  }

  @Override
  public NDArray modi(NDArray a) {
    throw Refusal.of("NDArray", "modi");
  }

  @Override
  public NDArray modi(Number a) {
    throw Refusal.of("NDArray", "modi");
  }

  @Override
  public NDArray mul(NDArray a) {
    throw Refusal.of("NDArray", "mul");
  }

  @Override
  public NDArray mul(Number a) {
    throw Refusal.of("NDArray", "mul");
  }

  @Override
  public NDArray muli(NDArray a) {
    throw Refusal.of("NDArray", "muli");
  }

  @Override
  public NDArray muli(Number a) {
    throw Refusal.of("NDArray", "muli");
  }

  @Override
  public NDArray neg() {
    throw Refusal.of("NDArray", "neg");
  }

  @Override
  public NDArray negi() {
    throw Refusal.of("NDArray", "negi");
  }

  @Override
  public NDArray neq(NDArray a) {
    throw Refusal.of("NDArray", "neq");
  }

  @Override
  public NDArray neq(Number a) {
    throw Refusal.of("NDArray", "neq");
  }

  @Override
  public NDArray none() {
    throw Refusal.of("NDArray", "none");
  }

  @Override
  public NDArray nonzero() {
    throw Refusal.of("NDArray", "nonzero");
  }

  @Override
  public NDArray norm(boolean a) {
    throw Refusal.of("NDArray", "norm");
  }

  @Override
  public NDArray norm(int a, int[] b, boolean c) {
    throw Refusal.of("NDArray", "norm");
  }

  @Override
  public NDArray normalize(double a, long b, double c) {
    throw Refusal.of("NDArray", "normalize");
  }

  @Override
  public NDArray oneHot(int a, float b, float c, DataType d) {
    throw Refusal.of("NDArray", "oneHot");
  }

  @Override
  public NDArray onesLike() {
    throw Refusal.of("NDArray", "onesLike");
  }

  @Override
  public NDArray pad(Shape a, double b) {
    throw Refusal.of("NDArray", "pad");
  }

  @Override
  public NDArray percentile(Number a) {
    throw Refusal.of("NDArray", "percentile");
  }

  @Override
  public NDArray percentile(Number a, int[] b) {
    throw Refusal.of("NDArray", "percentile");
  }

  @Override
  public NDArray pow(NDArray a) {
    throw Refusal.of("NDArray", "pow");
  }

  @Override
  public NDArray pow(Number a) {
    throw Refusal.of("NDArray", "pow");
  }

  @Override
  public NDArray powi(NDArray a) {
    throw Refusal.of("NDArray", "powi");
  }

  @Override
  public NDArray powi(Number a) {
    throw Refusal.of("NDArray", "powi");
  }

  @Override
  public NDArray prod() {
    throw Refusal.of("NDArray", "prod");
  }

  @Override
  public NDArray prod(int[] a, boolean b) {
    throw Refusal.of("NDArray", "prod");
  }

  @Override
  public NDArray put(NDArray a, NDArray b) {
    throw Refusal.of("NDArray", "put");
  }

  @Override
  public NDArray real() {
    throw Refusal.of("NDArray", "real");
  }

  @Override
  public NDArray repeat(Shape a) {
    throw Refusal.of("NDArray", "repeat");
  }

  @Override
  public NDArray repeat(int a, long b) {
    throw Refusal.of("NDArray", "repeat");
  }

  @Override
  public NDArray repeat(long a) {
    throw Refusal.of("NDArray", "repeat");
  }

  @Override
  public NDArray repeat(long[] a) {
    throw Refusal.of("NDArray", "repeat");
  }

  @Override
  public NDArray reshape(Shape a) {
    throw Refusal.of("NDArray", "reshape");
  }

  @Override
  public void returnResource(NDManager a) {
    throw Refusal.of("NDArray", "returnResource");
  }

  @Override
  public NDArray rfft(long a) {
    throw Refusal.of("NDArray", "rfft");
  }

  @Override
  public NDArray rfft(long a, long b) {
    throw Refusal.of("NDArray", "rfft");
  }

  @Override
  public NDArray rotate90(int a, int[] b) {
    throw Refusal.of("NDArray", "rotate90");
  }

  @Override
  public NDArray round() {
    throw Refusal.of("NDArray", "round");
  }

  @Override
  public NDArray scaleGradient(double a) {
    throw Refusal.of("NDArray", "scaleGradient");
  }

  @Override
  public NDArray scatter(NDArray a, NDArray b, int c) {
    throw Refusal.of("NDArray", "scatter");
  }

  @Override
  public NDArray sequenceMask(NDArray a) {
    throw Refusal.of("NDArray", "sequenceMask");
  }

  @Override
  public NDArray sequenceMask(NDArray a, float b) {
    throw Refusal.of("NDArray", "sequenceMask");
  }

  @Override
  public void set(Buffer a) {
    throw Refusal.of("NDArray", "set");
  }

  @Override
  public void set(NDArray a, Number b) {
    throw Refusal.of("NDArray", "set");
  }

  @Override
  public void set(NDIndex a, Function<NDArray, NDArray> b) {
    throw Refusal.of("NDArray", "set");
  }

  @Override
  public void set(NDIndex a, NDArray b) {
    throw Refusal.of("NDArray", "set");
  }

  @Override
  public void set(NDIndex a, Number b) {
    throw Refusal.of("NDArray", "set");
  }

  @Override
  public void set(byte[] a) {
    throw Refusal.of("NDArray", "set");
  }

  @Override
  public void set(double[] a) {
    throw Refusal.of("NDArray", "set");
  }

  @Override
  public void set(float[] a) {
    throw Refusal.of("NDArray", "set");
  }

  @Override
  public void set(int[] a) {
    throw Refusal.of("NDArray", "set");
  }

  @Override
  public void set(long[] a) {
    throw Refusal.of("NDArray", "set");
  }

  @Override
  public void setName(String a) {
    throw Refusal.of("NDArray", "setName");
  }

  @Override
  public void setRequiresGradient(boolean a) {
    throw Refusal.of("NDArray", "setRequiresGradient");
  }

  @Override
  public void setScalar(NDIndex a, Number b) {
    throw Refusal.of("NDArray", "setScalar");
  }

  @Override
  public NDArray sign() {
    throw Refusal.of("NDArray", "sign");
  }

  @Override
  public NDArray signi() {
    throw Refusal.of("NDArray", "signi");
  }

  @Override
  public NDArray sin() {
    throw Refusal.of("NDArray", "sin");
  }

  @Override
  public NDArray sinh() {
    throw Refusal.of("NDArray", "sinh");
  }

  @Override
  public NDArray softmax(int a) {
    throw Refusal.of("NDArray", "softmax");
  }

  @Override
  public NDArray sort() {
    throw Refusal.of("NDArray", "sort");
  }

  @Override
  public NDArray sort(int a) {
    throw Refusal.of("NDArray", "sort");
  }

  @Override
  public NDList split(long a, int b) {
    throw Refusal.of("NDArray", "split");
  }

  @Override
  public NDList split(long[] a, int b) {
    throw Refusal.of("NDArray", "split");
  }

  @Override
  public NDArray sqrt() {
    throw Refusal.of("NDArray", "sqrt");
  }

  @Override
  public NDArray square() {
    throw Refusal.of("NDArray", "square");
  }

  @Override
  public NDArray squeeze(int[] a) {
    throw Refusal.of("NDArray", "squeeze");
  }

  @Override
  public NDArray stft(long a, long b, boolean c, NDArray d, boolean e) {
    throw Refusal.of("NDArray", "stft");
  }

  @Override
  public NDArray stft(long a, long b, boolean c, NDArray d, boolean e, boolean f) {
    throw Refusal.of("NDArray", "stft");
  }

  @Override
  public NDArray stopGradient() {
    throw Refusal.of("NDArray", "stopGradient");
  }

  @Override
  public NDArray sub(NDArray a) {
    throw Refusal.of("NDArray", "sub");
  }

  @Override
  public NDArray sub(Number a) {
    throw Refusal.of("NDArray", "sub");
  }

  @Override
  public NDArray subi(NDArray a) {
    throw Refusal.of("NDArray", "subi");
  }

  @Override
  public NDArray subi(Number a) {
    throw Refusal.of("NDArray", "subi");
  }

  @Override
  public NDArray sum() {
    throw Refusal.of("NDArray", "sum");
  }

  @Override
  public NDArray sum(int[] a, boolean b) {
    throw Refusal.of("NDArray", "sum");
  }

  @Override
  public NDArray swapAxes(int a, int b) {
    throw Refusal.of("NDArray", "swapAxes");
  }

  @Override
  public NDArray take(NDArray a) {
    throw Refusal.of("NDArray", "take");
  }

  @Override
  public NDArray take(NDManager a, NDArray b) {
    throw Refusal.of("NDArray", "take");
  }

  @Override
  public NDArray tan() {
    throw Refusal.of("NDArray", "tan");
  }

  @Override
  public NDArray tanh() {
    throw Refusal.of("NDArray", "tanh");
  }

  @Override
  public void tempAttach(NDManager a) {
    throw Refusal.of("NDArray", "tempAttach");
  }

  @Override
  public NDArray tile(Shape a) {
    throw Refusal.of("NDArray", "tile");
  }

  @Override
  public NDArray tile(int a, long b) {
    throw Refusal.of("NDArray", "tile");
  }

  @Override
  public NDArray tile(long a) {
    throw Refusal.of("NDArray", "tile");
  }

  @Override
  public NDArray tile(long[] a) {
    throw Refusal.of("NDArray", "tile");
  }

  @Override
  public boolean[] toBooleanArray() {
    throw Refusal.of("NDArray", "toBooleanArray");
  }

  @Override
  public byte[] toByteArray() {
    throw Refusal.of("NDArray", "toByteArray");
  }

  @Override
  public ByteBuffer toByteBuffer() {
    throw Refusal.of("NDArray", "toByteBuffer");
  }

  @Override
  public ByteBuffer toByteBuffer(boolean a) {
    throw Refusal.of("NDArray", "toByteBuffer");
  }

  @Override
  public String toDebugString(int a, int b, int c, int d, boolean e) {
    throw Refusal.of("NDArray", "toDebugString");
  }

  @Override
  public NDArray toDegrees() {
    throw Refusal.of("NDArray", "toDegrees");
  }

  @Override
  public NDArray toDense() {
    throw Refusal.of("NDArray", "toDense");
  }

  @Override
  public NDArray toDevice(Device a, boolean b) {
    throw Refusal.of("NDArray", "toDevice");
  }

  @Override
  public double[] toDoubleArray() {
    throw Refusal.of("NDArray", "toDoubleArray");
  }

  @Override
  public float[] toFloatArray() {
    throw Refusal.of("NDArray", "toFloatArray");
  }

  @Override
  public int[] toIntArray() {
    throw Refusal.of("NDArray", "toIntArray");
  }

  @Override
  public long[] toLongArray() {
    throw Refusal.of("NDArray", "toLongArray");
  }

  @Override
  public NDArray toRadians() {
    throw Refusal.of("NDArray", "toRadians");
  }

  @Override
  public short[] toShortArray() {
    throw Refusal.of("NDArray", "toShortArray");
  }

  @Override
  public NDArray toSparse(SparseFormat a) {
    throw Refusal.of("NDArray", "toSparse");
  }

  @Override
  public String[] toStringArray() {
    throw Refusal.of("NDArray", "toStringArray");
  }

  @Override
  public String[] toStringArray(Charset a) {
    throw Refusal.of("NDArray", "toStringArray");
  }

  @Override
  public NDArray toType(DataType a, boolean b) {
    throw Refusal.of("NDArray", "toType");
  }

  @Override
  public int[] toUint8Array() {
    throw Refusal.of("NDArray", "toUint8Array");
  }

  @Override
  public long[] toUnsignedIntArray() {
    throw Refusal.of("NDArray", "toUnsignedIntArray");
  }

  @Override
  public int[] toUnsignedShortArray() {
    throw Refusal.of("NDArray", "toUnsignedShortArray");
  }

  @Override
  public NDList topK(int a, int b, boolean c, boolean d) {
    throw Refusal.of("NDArray", "topK");
  }

  @Override
  public NDArray trace(int a, int b, int c) {
    throw Refusal.of("NDArray", "trace");
  }

  @Override
  public NDArray transpose() {
    throw Refusal.of("NDArray", "transpose");
  }

  @Override
  public NDArray transpose(int... a) {
    throw Refusal.of("NDArray", "transpose");
  }

  @Override
  public NDArray trunc() {
    throw Refusal.of("NDArray", "trunc");
  }

  @Override
  public NDList unique() {
    throw Refusal.of("NDArray", "unique");
  }

  @Override
  public NDList unique(Integer a, boolean b, boolean c, boolean d) {
    throw Refusal.of("NDArray", "unique");
  }

  @Override
  public NDList unique(boolean a, boolean b, boolean c) {
    throw Refusal.of("NDArray", "unique");
  }

  @Override
  public NDArray xlogy(NDArray a) {
    throw Refusal.of("NDArray", "xlogy");
  }

  @Override
  public NDArray zerosLike() {
    throw Refusal.of("NDArray", "zerosLike");
  }
}
