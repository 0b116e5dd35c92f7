(define (factorial n) (if (< n 2) 1 (* n (factorial (- n 1)))))
(display (factorial 20))
(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(display (fib 20))
(define (gcd a b) (if (= b 0) a (gcd b (remainder a b))))
(display (gcd 1071 462) (quotient -7 2) (remainder -7 2))
; A loop without a stack, and more garbage than the heap holds.
(define (count n sum) (if (= n 0) sum (count (- n 1) (+ sum n))))
(display (count 100000 0) (collected?))
