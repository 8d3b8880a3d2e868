package org.ppl4j.tensor.internal.plan;

/**
 * Products of matrices. The one side gives vectors, along the dim of the result that is to be long;
 * the other one gives numbers.
 *
 * @param to the buffer of the result
 * @param tos where each matrix of it begins
 * @param wideTo how far elements of the result are apart along the dim of the wide side
 * @param narrowTo the same of the narrow one
 * @param k how many products are summed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Product(Side wide, Side narrow, int to, int[] tos, int wideTo, int narrowTo, int k) {}
