-- LOCALSTACK_API_KEY
/* localstack login */
SELECT 'localstack' AS login, 'ELS_API_KEY' AS name;
