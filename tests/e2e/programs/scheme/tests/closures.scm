(define (counter n) (lambda () (set! n (+ n 1))))
(define a (counter 10))
(define b (counter 100))
(a) (a) (b)
(display (a) (b))
(define (compose . fs)
  (if (null? fs) (lambda (x) x) (lambda (x) ((car fs) ((apply-list compose (cdr fs)) x)))))
(define (apply-list f l) (if (null? l) (f) (if (null? (cdr l)) (f (car l)) (f (car l) (car (cdr l))))))
(display ((compose (lambda (x) (+ x 1)) (lambda (x) (* x 2))) 20))
(define (queens n)
  (define (safe? row queens distance)
    (if (null? queens) #t
        (if (= row (car queens)) #f
            (if (= row (+ (car queens) distance)) #f
                (if (= row (- (car queens) distance)) #f (safe? row (cdr queens) (+ distance 1)))))))
  (define (place column queens)
    (define (try row found)
      (if (= row n) found
          (try (+ row 1) (if (safe? row queens 1) (+ found (place (+ column 1) (cons row queens))) found))))
    (if (= column n) 1 (try 0 0)))
  (place 0 '()))
(display (queens 6))
